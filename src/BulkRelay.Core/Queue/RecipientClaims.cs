namespace BulkRelay.Core.Queue;

/// <summary>
/// Who in this process has which recipient in hand: the one guard against delivering twice without a crash. A recipient is claimed from
/// before its row is in the store (or from the moment a read finds it) until the result of its delivery is in the store. Reads of the
/// store do not claim by themselves, and a read may return rows as they were before a result was written; so a read is bracketed by
/// <see cref="BeginRead"/> and <see cref="EndRead"/>, and a claim that is given up in between still counts for it. Thread-safe.
/// </summary>
public sealed class RecipientClaims
{
    private readonly Lock _gate = new();
    private readonly HashSet<RecipientKey> _claimed = [];
    private readonly Dictionary<RecipientKey, long> _released = [];
    private readonly Queue<(RecipientKey Key, long Moment)> _releases = new();
    private readonly List<long> _reads = [];
    private readonly HashSet<RecipientKey> _recalled = [];
    private readonly Dictionary<long, long> _recalledMessages = [];
    private long _recalledAll;
    private long _moment;

    /// <summary>Whether there is anything in <see cref="_recalled"/>: asked before each delivery, without the lock.</summary>
    private volatile bool _hasRecalled;

    /// <summary>Claims recipients of a message that no store has yet.</summary>
    internal void Claim(long messageId, IReadOnlyList<QueuedRecipient> recipients)
    {
        lock (_gate)
        {
            for (var i = 0; i < recipients.Count; i++) _claimed.Add(new RecipientKey(messageId, recipients[i].Number));
        }
    }

    /// <summary>Gives the claims up. Whatever is in the store from now on may be delivered by whoever reads it.</summary>
    internal void Release(long messageId, IReadOnlyList<QueuedRecipient> recipients)
    {
        lock (_gate)
        {
            _moment++;
            for (var i = 0; i < recipients.Count; i++)
            {
                var key = new RecipientKey(messageId, recipients[i].Number);
                if (_hasRecalled && _recalled.Remove(key)) _hasRecalled = _recalled.Count > 0;
                if (!_claimed.Remove(key) || _reads.Count == 0) continue;
                _released[key] = _moment;
                _releases.Enqueue((key, _moment));
            }
        }
    }

    /// <summary>Call before the store is read; the ticket is for <see cref="TryClaim"/> and <see cref="EndRead"/>.</summary>
    internal long BeginRead()
    {
        lock (_gate)
        {
            _reads.Add(++_moment);
            return _moment;
        }
    }

    /// <summary>
    /// Claims those recipients of an entry that nobody has in hand nor had since the read began. Returns the entry with these alone;
    /// null if there are none.
    /// </summary>
    internal QueueEntry? TryClaim(QueueEntry entry, long ticket)
    {
        lock (_gate)
        {
            var free = 0;
            var recipients = entry.Recipients;
            for (var i = 0; i < recipients.Count; i++)
                if (IsFree(new RecipientKey(entry.Message.Id, recipients[i].Number), ticket)) free++;
            if (free == 0) return null;
            var mine = free == recipients.Count
                ? entry
                : entry with
                {
                    Recipients = [.. recipients.Where(r => IsFree(new RecipientKey(entry.Message.Id, r.Number), ticket))],
                    IsWholeMessage = false,
                };
            for (var i = 0; i < mine.Recipients.Count; i++) _claimed.Add(new RecipientKey(entry.Message.Id, mine.Recipients[i].Number));
            return mine;
        }
    }

    /// <summary>The result of the read has been claimed, or the read failed.</summary>
    internal void EndRead(long ticket)
    {
        lock (_gate)
        {
            _reads.Remove(ticket);
            var oldest = _reads.Count == 0 ? long.MaxValue : _reads[0];
            if (_reads.Count == 0) _recalledMessages.Clear();
            while (_releases.TryPeek(out var release) && release.Moment < oldest)
            {
                _releases.Dequeue();
                if (_released.TryGetValue(release.Key, out var last) && last == release.Moment) _released.Remove(release.Key);
            }
        }
    }

    /// <summary>
    /// The store has changed messages: what was read of them before does not hold any more. Claims that are not yet under delivery are to
    /// be given up (<see cref="IsRecalled"/>), and reads that have begun claim nothing of them.
    /// </summary>
    internal void Recall(IReadOnlySet<long> messageIds)
    {
        lock (_gate)
        {
            _moment++;
            foreach (var key in _claimed)
                if (messageIds.Contains(key.MessageId)) _recalled.Add(key);
            _hasRecalled = _recalled.Count > 0;
            if (_reads.Count == 0) return;
            foreach (var id in messageIds) _recalledMessages[id] = _moment;
        }
    }

    /// <summary>As <see cref="Recall"/>, for all messages: the store may have changed any of them.</summary>
    internal void RecallAll()
    {
        lock (_gate)
        {
            _recalledAll = ++_moment;
            _recalled.UnionWith(_claimed);
            _hasRecalled = _recalled.Count > 0;
        }
    }

    /// <summary>True if a claimed entry is not to be delivered any more as it is.</summary>
    internal bool IsRecalled(QueueEntry entry)
    {
        if (!_hasRecalled) return false;
        lock (_gate)
        {
            for (var i = 0; i < entry.Recipients.Count; i++)
                if (_recalled.Contains(new RecipientKey(entry.Message.Id, entry.Recipients[i].Number))) return true;
            return false;
        }
    }

    /// <summary>The messages in hand now: those that <c>postqueue</c> marks as active.</summary>
    public IReadOnlySet<long> ActiveMessages()
    {
        lock (_gate)
        {
            var messages = new HashSet<long>();
            foreach (var key in _claimed) messages.Add(key.MessageId);
            return messages;
        }
    }

    private bool IsFree(RecipientKey key, long ticket) =>
        ticket > _recalledAll && !_claimed.Contains(key) && !(_released.TryGetValue(key, out var moment) && moment > ticket)
        && !(_recalledMessages.Count > 0 && _recalledMessages.TryGetValue(key.MessageId, out var recall) && recall > ticket);

    private readonly record struct RecipientKey(long MessageId, int Number);
}
