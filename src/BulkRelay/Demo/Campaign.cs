using System.Globalization;
using System.Net;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.Server.Demo;

/// <summary>A client that sends a campaign: numbered sample messages over several sessions, spread over the given domains.</summary>
/// <param name="relay">Where it is sent to.</param>
/// <param name="messages">How many they are.</param>
/// <param name="size">Octets of each message; null for sizes as bulk mail has them.</param>
/// <param name="domains">Domains of the recipients.</param>
/// <param name="ledger">Told of every message that was accepted.</param>
internal sealed class Campaign(IPEndPoint relay, int messages, int? size, IReadOnlyList<string> domains, DemoLedger ledger)
{
    private const string Prefix = "demo";
    private int _next;

    /// <summary>The number of a message, from its content; -1 if it has none.</summary>
    public static int NumberOf(ReadOnlySpan<byte> content) =>
        SampleMessage.IdOf(content) is var id && id.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(id.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    /// <summary>Sends everything. A refused message ends the run with an exception: the demonstration has no reason to be refused.</summary>
    public Task SendAsync(int sessions, CancellationToken cancel) =>
        Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => Task.Run(() => SessionAsync(cancel), cancel)));

    private async Task SessionAsync(CancellationToken cancel)
    {
        using var client = await SampleClient.ConnectAsync(relay, "campaign.test", cancel);
        for (var number = Interlocked.Increment(ref _next); number <= messages; number = Interlocked.Increment(ref _next))
        {
            var recipient = string.Create(CultureInfo.InvariantCulture, $"reader{number}@{domains[number % domains.Count]}");
            var content = SampleMessage.Create(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}"), size);
            await client.SendAsync("news@campaign.test", recipient, content, cancel);
            ledger.WasAccepted(number);
        }
        await client.QuitAsync(cancel);
    }
}
