using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace BulkRelay.LoadTests;

/// <summary>
/// <c>starttls-sessions [--resume] SINKPORT MESSAGES SESSIONS NAME=PORT…</c>: messages of 4 KB through relays that run already, each message in a session
/// of its own under STARTTLS, so many sessions at once, to Postfix's <c>smtp-sink</c> on the given port, where all relays must deliver to.
/// The relays take turns. Prints messages per second from the first connection to the last arrival at the sink.
/// </summary>
internal static partial class StartTlsSessions
{
    private const int Rounds = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly SslClientAuthenticationOptions Tls = new()
    {
        TargetHost = "relay.test",
#pragma warning disable CA5359 // A load source does not care whom it loads.
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };

    public static async Task RunAsync(string[] args)
    {
        // Without this each session is a new client, as those of many applications are.
        Tls.AllowTlsResume = args[0] == "--resume";
        if (Tls.AllowTlsResume) args = args[1..];
        var (sinkPort, messages, sessions) = (args[0], Number(args[1]), Number(args[2]));
        var relays = args[3..].Select(a => a.Split('=')).Select(a => (Name: a[0], Address: new IPEndPoint(IPAddress.Loopback, Number(a[1])))).ToList();
        foreach (var relay in relays) await MeasureAsync(relay.Address, sinkPort, messages / 4, sessions);
        for (var round = 0; round < Rounds; round++)
        {
            var rates = new List<string>();
            foreach (var (name, address) in relays) rates.Add($"{name} {await MeasureAsync(address, sinkPort, messages, sessions):F0} messages/s");
            Console.WriteLine($"round {round + 1}: {string.Join(", ", rates)}");
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<double> MeasureAsync(IPEndPoint relay, string sinkPort, int messages, int sessions)
    {
        using var sink = Process.Start(new ProcessStartInfo("smtp-sink", ["-c", "-u", "nobody", $"127.0.0.1:{sinkPort}", "1024"])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            await ListensAsync(Number(sinkPort), limit.Token);
            var started = Stopwatch.GetTimestamp();
            var arrivals = AwaitArrivalsAsync(sink.StandardOutput, messages, limit.Token);
            var next = 0;
            await Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => Task.Run(async () =>
            {
                while (Interlocked.Increment(ref next) <= messages) await SendAsync(relay, limit.Token);
            })));
            await arrivals;
            return messages / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        finally
        {
            if (!sink.HasExited) sink.Kill();
        }
    }

    /// <summary>A relay that finds no sink would not try again for minutes.</summary>
    private static async Task ListensAsync(int port, CancellationToken cancel)
    {
        while (true)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, port, cancel);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancel);
            }
        }
    }

    /// <summary>With -c the sink shows its counters all the time: <c>sess=3 quit=2 mesg=200</c>.</summary>
    private static async Task AwaitArrivalsAsync(StreamReader counters, int messages, CancellationToken cancel)
    {
        var (text, buffer) = ("", new char[4096]);
        while (Counter().Matches(text) is not [.., var last] || Number(last.Groups[1].Value) < messages)
        {
            var count = await counters.ReadAsync(buffer, cancel);
            if (count == 0) throw new IOException("the sink has ended");
            text = text[Math.Max(0, text.Length - 100)..] + new string(buffer, 0, count);
        }
    }

    private static async Task SendAsync(IPEndPoint relay, CancellationToken cancel)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(relay, cancel);
        var plain = client.GetStream();
        await ExpectAsync(plain, "220", 1, cancel);
        await SayAsync(plain, "EHLO load.test\r\n", "250", 1, cancel);
        await SayAsync(plain, "STARTTLS\r\n", "220", 1, cancel);
        await using var secure = new SslStream(plain, leaveInnerStreamOpen: true);
        await secure.AuthenticateAsClientAsync(Tls, cancel);
        await SayAsync(secure, "EHLO load.test\r\n", "250", 1, cancel);
        await SayAsync(secure, "MAIL FROM:<a@campaign.test>\r\nRCPT TO:<u@dest.test>\r\nDATA\r\n", "354", 3, cancel);
        await secure.WriteAsync(SmtpLoad.Content, cancel);
        await ExpectAsync(secure, "250", 1, cancel);
        await SayAsync(secure, "QUIT\r\n", "221", 1, cancel);
    }

    private static async Task SayAsync(Stream stream, string command, string code, int replies, CancellationToken cancel)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(command), cancel);
        await ExpectAsync(stream, code, replies, cancel);
    }

    /// <summary>Reads so many replies; the last one must have the code.</summary>
    private static async Task ExpectAsync(Stream stream, string code, int replies, CancellationToken cancel)
    {
        var buffer = new byte[4096];
        var text = "";
        while (true)
        {
            var lines = text.Split("\r\n");
            var last = lines[..^1].Where(l => l.Length < 4 || l[3] != '-').ToList();
            if (last.Count >= replies && last[^1].StartsWith(code, StringComparison.Ordinal)) return;
            if (last.Count >= replies) throw new IOException($"expected {code}, got: {text}");
            var count = await stream.ReadAsync(buffer, cancel);
            if (count == 0) throw new IOException($"the relay hung up after: {text}");
            text += Encoding.Latin1.GetString(buffer, 0, count);
        }
    }

    [GeneratedRegex("mesg=([0-9]+)[^0-9]")]
    private static partial Regex Counter();
}
