using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using BulkRelay.Server.Sink;

namespace BulkRelay.LoadTests;

/// <summary>
/// <c>idle-clients PROGRAM [CLIENTS] [MESSAGES]</c>: the memory that each of 2,000 silent sessions takes, in clear and with TLS, and the
/// rate that others keep while there are so many, half of them silent, half of them sending an octet now and then. Fails beyond 40 KB, 120 KB
/// with TLS, below nine tenths of the rate, and if a message is not as it was sent.
/// </summary>
internal static class IdleClients
{
    private const string Discard = "default_transport = discard:";
    private const int Rounds = 5;
    private const int Sessions = 20;
    private const double Target = 0.9;
    private const double MostKilobytes = 40;
    private const double MostKilobytesWithTls = 120;

    /// <summary>How often each of them sends an octet: twice within the shortest time-out.</summary>
    private static readonly TimeSpan Trickle = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(string[] args)
    {
        var program = args[0];
        var clients = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 2000;
        var messages = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 20_000;
        var folder = Directory.CreateTempSubdirectory("bulkrelay-load-").FullName;
        try
        {
            var arrivals = new Arrivals();
            await using var sink =
                new SinkServer(new SinkOptions { Listen = new(IPAddress.Loopback, 0) }, TimeProvider.System, arrivals.Keep);
            var plain = await WithRelayAsync(program, folder, Discard,
                (relay, process) => MeasureMemoryAsync(relay, process, clients, useTls: false));
            var tls = await WithRelayAsync(program, folder, Discard,
                (relay, process) => MeasureMemoryAsync(relay, process, clients, useTls: true));
            var ratio = await WithRelayAsync(program, folder, $"relayhost = [127.0.0.1]:{sink.EndPoint.Port}",
                (relay, process) => MeasureRateAsync(relay, process, clients, messages, arrivals));
            Console.WriteLine($"{plain:F1} KB for each silent session, {tls:F1} KB with TLS; {ratio:F2} of the rate without them");
            arrivals.Report();
            if (plain > MostKilobytes || tls > MostKilobytesWithTls || ratio < Target) throw new InvalidOperationException("a target is missed");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> MeasureMemoryAsync(IPEndPoint relay, Process process, int clients, bool useTls)
    {
        // What the first sessions make the runtime load and compile is not the others' memory.
        foreach (var client in await ConnectAsync(relay, 100, useTls)) client.Dispose();
        await SmtpLoad.SendAsync(relay, [.. Enumerable.Range(0, 2000).Select(n => $"u@h{n}.test")], Sessions);
        await Task.Delay(2000);
        var before = Resident(process);
        var idle = await ConnectAsync(relay, clients, useTls);
        await Task.Delay(2000);
        var after = Resident(process);
        foreach (var client in idle) client.Dispose();
        Console.WriteLine($"{clients} silent sessions{(useTls ? " with TLS" : "")}: {before / 1024} MB before, {after / 1024} MB with them");
        return (double)(after - before) / clients;
    }

    private static async Task<double> MeasureRateAsync(IPEndPoint relay, Process process, int clients, int messages, Arrivals arrivals)
    {
        await TimeAsync(relay, process, messages, arrivals);
        var (alone, among) = (new List<(double Rate, double Cpu)>(), new List<(double Rate, double Cpu)>());
        for (var round = 1; round <= Rounds; round++)
        {
            alone.Add(await TimeAsync(relay, process, messages, arrivals));
            var idle = await ConnectAsync(relay, clients, useTls: false);
            using var stop = new CancellationTokenSource();
            var trickling = TrickleAsync(idle[(clients / 2)..], stop.Token);
            among.Add(await TimeAsync(relay, process, messages, arrivals));
            await stop.CancelAsync();
            await trickling;
            foreach (var client in idle) client.Dispose();
            Console.WriteLine($"round {round}: {alone[^1].Rate:F0} messages/s, {alone[^1].Cpu:F3} ms of CPU for each; {among[^1].Rate:F0} and {among[^1].Cpu:F3} ms "
                + $"among {clients} that are silent or trickle");
        }
        return Median(among.Select(a => a.Rate)) / Median(alone.Select(a => a.Rate));
    }

    /// <summary>Messages per second, and the milliseconds of processor time that the relay takes for one.</summary>
    private static async Task<(double Rate, double Cpu)> TimeAsync(IPEndPoint relay, Process process, int messages, Arrivals arrivals)
    {
        var recipients = Enumerable.Range(0, messages).Select(n => $"u@h{n % 1000}.test").ToList();
        process.Refresh();
        var (started, cpu) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        var taken = arrivals.TakeAsync(messages);
        await SmtpLoad.SendAsync(relay, recipients, Sessions);
        await taken;
        var elapsed = Stopwatch.GetElapsedTime(started);
        process.Refresh();
        return (messages / elapsed.TotalSeconds, (process.TotalProcessorTime - cpu).TotalMilliseconds / messages);
    }

    /// <summary>Each client sends an octet of a command that never ends, one after the other.</summary>
    private static async Task TrickleAsync(List<Stream> clients, CancellationToken stop)
    {
        const int Group = 20;
        var octet = "N"u8.ToArray();
        try
        {
            for (var next = 0; ; next = (next + Group) % clients.Count)
            {
                foreach (var client in clients.Skip(next).Take(Group)) await client.WriteAsync(octet, stop);
                await Task.Delay(Trickle * Group / clients.Count, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }
    }

    /// <summary>Clients that have said EHLO, and have nothing more to say.</summary>
    private static async Task<List<Stream>> ConnectAsync(IPEndPoint relay, int count, bool useTls)
    {
        var clients = new List<Stream>();
        while (clients.Count < count)
            clients.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(50, count - clients.Count)).Select(_ => ConnectAsync(relay, useTls))));
        return clients;
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint relay, bool useTls)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(relay);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        await ReadReplyAsync(stream);
        if (useTls)
        {
            await stream.WriteAsync("STARTTLS\r\n"u8.ToArray());
            await ReadReplyAsync(stream);
            var tls = new SslStream(stream, leaveInnerStreamOpen: false);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "relay.test",
                CertificateChainPolicy = new X509ChainPolicy { VerificationFlags = X509VerificationFlags.AllFlags, RevocationMode = X509RevocationMode.NoCheck },
#pragma warning disable CA5359 // A load source does not care whom it loads.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            });
            stream = tls;
        }
        await stream.WriteAsync("EHLO idle.test\r\n"u8.ToArray());
        await ReadReplyAsync(stream);
        return stream;
    }

    private static async Task ReadReplyAsync(Stream stream)
    {
        var reply = "";
        var buffer = new byte[1024];
        while (!reply.EndsWith('\n') || reply.TrimEnd().Split('\n')[^1] is not [_, _, _, ' ', ..])
        {
            var count = await stream.ReadAsync(buffer);
            if (count == 0) throw new IOException($"the relay hung up after: {reply}");
            reply += Encoding.Latin1.GetString(buffer, 0, count);
        }
        if (reply[0] != '2') throw new IOException($"the relay said: {reply}");
    }

    private static async Task<double> WithRelayAsync(string program, string folder, string mainCf,
        Func<IPEndPoint, Process, Task<double>> measure)
    {
        var relay = Configure(folder, mainCf);
        using var process = Process.Start(new ProcessStartInfo(program, ["run", "-c", folder]) { RedirectStandardOutput = true })!;
        try
        {
            await SmtpLoad.AwaitAsync(relay);
            return await measure(relay, process);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static IPEndPoint Configure(string folder, string mainCf)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var relay = (IPEndPoint)probe.LocalEndpoint;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=relay.test", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(Path.Combine(folder, "relay.pem"), $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
        File.SetUnixFileMode(Path.Combine(folder, "relay.pem"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(Path.Combine(folder, "main.cf"), $"""
            compatibility_level = 3.6
            myhostname = relay.test
            mydestination =
            mynetworks = 127.0.0.0/8
            queue_directory = {folder}/queue
            maillog_file = {folder}/mail.log
            {mainCf}
            smtpd_tls_security_level = may
            smtpd_tls_chain_files = {folder}/relay.pem
            """ + "\n");
        File.WriteAllText(Path.Combine(folder, "master.cf"), $"""
            {relay} inet n - n - 0 smtpd
            smtp unix - - n - - smtp
            discard unix - - n - - discard
            error unix - - n - - error
            retry unix - - n - - error
            """ + "\n");
        return relay;
    }

    /// <summary>The memory of a process, in KB.</summary>
    private static long Resident(Process process)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }

    private static double Median(IEnumerable<double> rates) => rates.Order().ElementAt(Rounds / 2);
}
