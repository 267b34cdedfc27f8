using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Observability;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>
/// Gives senders the form that <c>sender_canonical_maps</c> have for them: in the envelope, and in the headers of mail from our own clients
/// (mail of strangers keeps its headers, as in Postfix). Without tables it costs nothing.
/// </summary>
internal sealed class SenderCanonical(ConfigSnapshot config, LookupTableSet tables)
{
    private readonly CanonicalMap _map = new(CleanupParameters.SenderCanonicalMaps, config, tables);
    private readonly SenderClasses _classes = config.Get(CleanupParameters.SenderCanonicalClasses);
    private readonly string _origin = config.Get(RoutingParameters.MyOrigin);

    /// <summary>Rewrites. False if a table cannot answer: the message is not to be accepted now. The log knows why.</summary>
    /// <param name="transaction">Its sender is changed.</param>
    /// <param name="content">Its head is changed.</param>
    /// <param name="isOwnClient">Whether the headers are ours to rewrite.</param>
    /// <param name="log">The log of cleanup.</param>
    /// <param name="cancel">Ends a look-up in a table that is slow.</param>
    public async ValueTask<bool> TryApplyAsync(
        Transaction transaction, MessageBuilder content, bool isOwnClient, ServiceLog log, CancellationToken cancel)
    {
        if (_map.IsEmpty) return true;
        if (_classes.HasFlag(SenderClasses.Envelope) && EmailAddress.TryParse(transaction.Sender, out var sender) && !sender.IsNull)
        {
            var found = await _map.ApplyAsync(sender, cancel);
            if (found.IsFailure) return Fail(transaction, sender, found.Failure!, log);
            transaction.Sender = found.Value ?? transaction.Sender;
        }
        return !isOwnClient || !_classes.HasFlag(SenderClasses.Header) || await TryApplyToHeadAsync(transaction, content, log, cancel);
    }

    private async ValueTask<bool> TryApplyToHeadAsync(Transaction transaction, MessageBuilder content, ServiceLog log, CancellationToken cancel)
    {
        var edits = new List<HeaderEdit>();
        foreach (var (at, text) in SenderHeaders.Find(content.HeadOctets))
        {
            if (!EmailAddress.TryParse(text, out var address) || address.IsNull) continue;
            var found = await _map.ApplyAsync(address.Domain.IsEmpty ? address.WithDomain(_origin) : address, cancel);
            if (found.IsFailure) return Fail(transaction, address, found.Failure!, log);
            if (found.Value is { } form) edits.Add(new HeaderEdit(at, Encoding.UTF8.GetByteCount(text), Encoding.UTF8.GetBytes(form)));
        }
        content.Edit(edits);
        return true;
    }

    private static bool Fail(Transaction transaction, EmailAddress address, string failure, ServiceLog log)
    {
        log.Warning($"{transaction.QueueId}: sender_canonical_maps map lookup problem for {address.Text} -- message not accepted, try again later: {failure}");
        return false;
    }
}
