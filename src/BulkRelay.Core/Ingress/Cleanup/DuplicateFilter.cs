using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>
/// Lets a recipient that is named twice have a message once (Postfix: <c>duplicate_filter_limit</c>). Case does not matter, not in local
/// parts either. The same address with another <c>ORCPT</c> or <c>NOTIFY</c> is another recipient, unless
/// <c>enable_original_recipient = no</c>: its sender wants to hear of it in another way.
/// </summary>
internal sealed class DuplicateFilter(ConfigSnapshot snapshot) : IEqualityComparer<IncomingRecipient>
{
    private readonly int _limit = snapshot.Get(CleanupParameters.DuplicateFilterLimit);
    private readonly bool _looksAtRequests = snapshot.Get(CleanupParameters.EnableOriginalRecipient);

    /// <summary>The recipients without those that were named before, in order; the list itself if there are none such.</summary>
    public IReadOnlyList<IncomingRecipient> Without(IReadOnlyList<IncomingRecipient> recipients)
    {
        if (recipients.Count < 2) return recipients;
        var seen = new HashSet<IncomingRecipient>(this);
        var once = new List<IncomingRecipient>(recipients.Count);
        foreach (var recipient in recipients)
        {
            // Beyond the limit nothing more is remembered; what is in the memory is still recognised.
            var isNew = _limit == 0 || seen.Count < _limit ? seen.Add(recipient) : !seen.Contains(recipient);
            if (isNew) once.Add(recipient);
        }
        return once.Count == recipients.Count ? recipients : once;
    }

    bool IEqualityComparer<IncomingRecipient>.Equals(IncomingRecipient? x, IncomingRecipient? y) =>
        Same(x!.Address, y!.Address) && (!_looksAtRequests || Same(x.Orcpt, y.Orcpt) && AreSameWords(x.Notify, y.Notify));

    int IEqualityComparer<IncomingRecipient>.GetHashCode(IncomingRecipient recipient) =>
        recipient.Address.GetHashCode(StringComparison.OrdinalIgnoreCase);

    /// <summary>The words of NOTIFY come in any order, each once.</summary>
    private static bool AreSameWords(string one, string other) => one.Length == other.Length
        && (Same(one, other) || one.Split(',').ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(other.Split(',')));

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
