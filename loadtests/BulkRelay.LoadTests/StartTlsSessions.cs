using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.LoadTests;

/// <summary>
/// <c>starttls-sessions SINKPORT MESSAGES SESSIONS NAME=PORT…</c>: messages of 4 KB through relays that run already, each message in a session
/// of its own under STARTTLS, so many sessions at once, to Postfix's <c>smtp-sink</c> on the given port, where all relays must deliver to.
/// The relays take turns. Prints messages per second from the first connection to the last arrival at the sink.
/// </summary>
internal static class StartTlsSessions
{
    private const int Rounds = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly SslClientAuthenticationOptions Tls = new()
    {
        TargetHost = "relay.test",
        // Each session is a new client, as those of many applications are.
        AllowTlsResume = false,
#pragma warning disable CA5359 // A load source does not care whom it loads.
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };

    private static readonly byte[] Content = Encoding.Latin1.GetBytes(
        "Subject: load\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 4)) + ".\r\n");

    public static async Task RunAsync(string[] args)
    {
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
        using var sink = Process.Start(new ProcessStartInfo("smtp-sink", ["-c", "-u", "nobody", "-M", messages.ToString(CultureInfo.InvariantCulture), $"127.0.0.1:{sinkPort}", "1024"])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            var started = Stopwatch.GetTimestamp();
            var next = 0;
            using var limit = new CancellationTokenSource(Patience);
            await Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => Task.Run(async () =>
            {
                while (Interlocked.Increment(ref next) <= messages) await SendAsync(relay, limit.Token);
            })));
            // With -M the sink ends after the last message.
            await sink.WaitForExitAsync(limit.Token);
            return messages / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        finally
        {
            if (!sink.HasExited) sink.Kill();
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
        await secure.WriteAsync(Content, cancel);
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
}
