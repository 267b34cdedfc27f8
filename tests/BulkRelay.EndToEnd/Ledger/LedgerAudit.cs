namespace BulkRelay.EndToEnd.Ledger;

/// <summary>
/// Compares the two ledgers. What it holds to: nothing acknowledged is missing; nothing refused or never sent has arrived; every octet is
/// as it was sent, trace headers aside; and a second delivery is explained by a kill or by a reply of the sink that was not 250.
/// </summary>
internal static class LedgerAudit
{
    /// <summary>
    /// How long before a kill a completed delivery may still be without its record: the interval of the group commit and one sync, with
    /// room for bodies of 5 MB in it and for a busy machine.
    /// </summary>
    public static readonly TimeSpan RecordWindow = TimeSpan.FromSeconds(2);

    /// <summary>All faults, in words; empty when the relay kept every promise.</summary>
    public static IReadOnlyList<string> Faults(
        ClientLedger client, SinkLedger sink, ReportLedger reports, IReadOnlyList<DateTimeOffset> kills)
    {
        var sent = client.Lines.ToDictionary(l => l.Id);
        var delivered = sink.Lines.ToLookup(l => (l.Id, l.Recipient));
        var faults = Losses(client, sink, reports).Concat(Changes(client, sink)).ToList();
        foreach (var group in delivered)
        {
            if (!sent.TryGetValue(group.Key.Id, out var line)) continue;
            if (line.Promise == Promise.NotAccepted) faults.Add($"delivered though refused: {line.Id}");
            else if (!line.Recipients.Contains(group.Key.Recipient)) faults.Add($"delivered to {group.Key.Recipient}, who was not a recipient of {line.Id}");
            faults.AddRange(Unexplained(group, kills));
        }
        return faults;
    }

    /// <summary>What was acknowledged, has not arrived, and was not reported to the sender as given up.</summary>
    public static IEnumerable<string> Losses(ClientLedger client, SinkLedger sink, ReportLedger reports) =>
        from line in client.Lines
        where line.Promise == Promise.Acknowledged
        from recipient in line.Recipients
        where !sink.Has(line.Id, recipient) && !reports.Has(line.Id, recipient)
        select $"lost: {line.Id} to {recipient}";

    /// <summary>What arrived and is not, octet for octet, what the client sent.</summary>
    public static IEnumerable<string> Changes(ClientLedger client, SinkLedger sink)
    {
        var sent = client.Lines.ToDictionary(l => l.Id);
        foreach (var delivery in sink.Lines)
        {
            if (!sent.TryGetValue(delivery.Id, out var line)) yield return $"invented: '{delivery.Id}' to {delivery.Recipient}";
            else if (delivery.Hash != line.Hash)
                yield return $"changed on the way: {line.Id} to {delivery.Recipient}, {delivery.Length} octets arrived";
        }
    }

    private static IEnumerable<string> Unexplained(IGrouping<(string Id, string Recipient), SinkLine> deliveries, IReadOnlyList<DateTimeOffset> kills) =>
        from delivery in deliveries.OrderBy(d => d.EndOfData).SkipLast(1)
        where delivery.Reply == 250 && !kills.Any(k => delivery.EndOfData >= k - RecordWindow && delivery.EndOfData <= k)
        select $"delivered twice without a reason: {deliveries.Key.Id} to {deliveries.Key.Recipient}";
}
