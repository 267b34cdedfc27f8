using System.Net;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>Sends sample messages to one recipient over kept sessions, all of which the relay has to take.</summary>
internal static class SampleSource
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Completes when all are accepted.</summary>
    /// <param name="relay">To whom.</param>
    /// <param name="sender">From whom.</param>
    /// <param name="recipient">For whom.</param>
    /// <param name="messages">How many.</param>
    /// <param name="sessions">How many at once.</param>
    /// <param name="size">Octets of each; null for sizes as bulk mail has them.</param>
    public static async Task SendAsync(RelayProcess relay, string sender, string recipient, int messages, int sessions, int? size = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        var left = messages;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(messages, sessions)).Select(async _ =>
        {
            using var client = await SampleClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, relay.Port), "client.test", limit.Token);
            while (Interlocked.Decrement(ref left) >= 0)
                await client.SendAsync(sender, recipient, SampleMessage.Create(Guid.NewGuid().ToString("N"), size), limit.Token);
            await client.QuitAsync(limit.Token);
        }));
    }
}
