using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.LoadTests;

/// <summary>Sends sample messages over kept SMTP sessions, one after the other in each.</summary>
internal static class SmtpLoad
{
    /// <summary>Made once: what they cost is not the relay's.</summary>
    private static readonly byte[][] Messages = [.. Enumerable.Range(0, 1000).Select(n => SampleMessage.Create($"load{n}"))];

    /// <summary>Sends a message to each recipient, shared out over so many sessions.</summary>
    /// <exception cref="IOException">The relay did not take one.</exception>
    public static Task SendAsync(IPEndPoint relay, IReadOnlyList<string> recipients, int sessions)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => Task.Run(async () =>
        {
            using var client = await SampleClient.ConnectAsync(relay, "load.test", CancellationToken.None);
            for (var n = Interlocked.Increment(ref next); n < recipients.Count; n = Interlocked.Increment(ref next))
                await client.SendAsync("a@campaign.test", recipients[n], Messages[n % Messages.Length], CancellationToken.None);
            await client.QuitAsync(CancellationToken.None);
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
}
