using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.LoadTests;

/// <summary>Sends 4 KB messages over kept SMTP sessions, one after the other in each.</summary>
internal static class SmtpLoad
{
    private static readonly string[] EnvelopeReplies = ["250", "250", "354"];

    private static readonly byte[] Content = Encoding.Latin1.GetBytes(
        "Subject: load\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 4)) + ".\r\n");

    /// <summary>Sends a message to each recipient, shared out over so many sessions.</summary>
    /// <exception cref="IOException">The relay did not take one.</exception>
    public static Task SendAsync(IPEndPoint relay, IReadOnlyList<string> recipients, int sessions)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => Task.Run(async () =>
        {
            using var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(relay);
            var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            await ExpectAsync(reader, "220");
            await AskAsync(stream, reader, "EHLO load.test", "250");
            for (var n = Interlocked.Increment(ref next); n < recipients.Count; n = Interlocked.Increment(ref next))
            {
                await stream.WriteAsync(Encoding.Latin1.GetBytes($"MAIL FROM:<a@campaign.test>\r\nRCPT TO:<{recipients[n]}>\r\nDATA\r\n"));
                foreach (var code in EnvelopeReplies) await ExpectAsync(reader, code);
                await stream.WriteAsync(Content);
                await ExpectAsync(reader, "250");
            }
            await AskAsync(stream, reader, "QUIT", "221");
        })));
    }

    /// <summary>Completes when a relay answers that was started just now.</summary>
    public static async Task AwaitAsync(IPEndPoint relay)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30);)
        {
            try
            {
                await SendAsync(relay, [], 1);
                return;
            }
            catch (SocketException)
            {
                // Not yet: the next look comes after a moment.
                await Task.Delay(50);
            }
        }
        throw new TimeoutException("the relay does not answer");
    }

    private static async Task AskAsync(NetworkStream stream, StreamReader reader, string command, string code)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(command + "\r\n"));
        await ExpectAsync(reader, code);
    }

    private static async Task ExpectAsync(StreamReader reader, string code)
    {
        string? line;
        do line = await reader.ReadLineAsync();
        while (line is { Length: > 3 } && line[3] == '-');
        if (line?.StartsWith(code, StringComparison.Ordinal) != true) throw new IOException($"expected {code}, got: {line}");
    }
}
