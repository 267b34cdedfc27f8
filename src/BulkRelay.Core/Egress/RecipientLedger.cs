using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>
/// What is known of each recipient of one delivery request while hosts are tried. A final result stays; trouble that another host may
/// not have is kept until the last host was tried. What counts of several says <see cref="Trouble.Then"/>.
/// </summary>
internal sealed class RecipientLedger(QueueEntry entry)
{
    private readonly Slot[] _slots = new Slot[entry.Recipients.Count];
    private readonly List<string> _reasons = [];
    private bool _isAboutDoubt;

    /// <summary>How many recipients have no final result.</summary>
    public int Left { get; private set; } = entry.Recipients.Count;

    /// <summary>True once a session went through to its end, however it answered: the site can be talked to.</summary>
    public bool HasCompletedSession { get; set; }

    public QueuedRecipient this[int index] => entry.Recipients[index];

    /// <summary>What hosts have held against recipients without a final result since this was last asked, for the log.</summary>
    public IReadOnlyList<string> TakeReasons()
    {
        if (_reasons.Count == 0) return [];
        string[] reasons = [.. _reasons];
        _reasons.Clear();
        return reasons;
    }

    /// <summary>Begins with another host: all recipients without a final result are open again. Returns their indices.</summary>
    public int[] BeginHost()
    {
        var open = new int[Left];
        var at = 0;
        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i].IsRefused = _isAboutDoubt && !_slots[i].IsDoubtful;
            if (IsOpen(i)) open[at++] = i;
        }
        return at == open.Length ? open : open[..at];
    }

    /// <summary>The host does not take this recipient.</summary>
    public void Refuse(int index, Trouble trouble)
    {
        Apply(index, trouble);
        if (_slots[index].Result is null) _reasons.Add(trouble.Reason);
    }

    /// <summary>The host takes none of the recipients that are still open.</summary>
    public void RefuseOpen(Trouble trouble)
    {
        var kept = false;
        for (var i = 0; i < _slots.Length; i++)
        {
            if (!IsOpen(i)) continue;
            Apply(i, trouble);
            kept |= _slots[i].Result is null;
        }
        if (kept) _reasons.Add(trouble.Reason);
    }

    /// <summary>
    /// This host cannot have the message, though another one might: final, whatever its class, only when there is no other.
    /// </summary>
    public void PassOver(Trouble trouble)
    {
        for (var i = 0; i < _slots.Length; i++)
            if (IsOpen(i)) Keep(i, trouble);
        _reasons.Add(trouble.Reason);
    }

    /// <summary>There was no session: this stands for every recipient without a final result, unless a later host changes it.</summary>
    public void NoSession(Trouble trouble)
    {
        for (var i = 0; i < _slots.Length; i++)
            if (_slots[i].Result is null && (!_isAboutDoubt || _slots[i].IsDoubtful)) Note(i, trouble);
    }

    /// <summary>A name led to no host: as <see cref="NoSession"/>, and nothing has logged it yet.</summary>
    public void NoHost(Trouble trouble)
    {
        NoSession(trouble);
        _reasons.Add(trouble.Reason);
    }

    /// <summary>The host has taken the message for all recipients that are still open.</summary>
    public void Deliver(SmtpSession session, ReceivedReply reply) => SettleOpen(DeliveryAction.Delivered, Success(session, reply));

    /// <summary>The host takes this recipient, and that was all that was to be found out.</summary>
    public void Accept(int index, SmtpSession session, ReceivedReply reply) => Settle(index, DeliveryAction.Delivered, Success(session, reply));

    /// <summary>The host may have taken the message for all recipients that are still open. No other host is to be tried.</summary>
    public void Doubt(Trouble trouble) => SettleOpen(DeliveryAction.InDoubt, trouble);

    /// <summary>
    /// Those that are in doubt are to be tried once more, and only those, until <see cref="CloseDoubt"/>. Returns how many there are.
    /// </summary>
    public int ReopenDoubtful()
    {
        var doubtful = 0;
        for (var i = 0; i < _slots.Length; i++)
        {
            if (_slots[i].Result != DeliveryAction.InDoubt) continue;
            _slots[i].Result = null;
            _slots[i].IsDoubtful = true;
            doubtful++;
        }
        Left += doubtful;
        _isAboutDoubt = doubtful > 0;
        return doubtful;
    }

    /// <summary>Whoever was tried once more and neither reached nor refused for good stays in doubt: no other host is to be tried.</summary>
    public void CloseDoubt()
    {
        _isAboutDoubt = false;
        for (var i = 0; i < _slots.Length; i++)
        {
            if (!_slots[i].IsDoubtful || _slots[i].Result is not null) continue;
            _slots[i].Result = DeliveryAction.InDoubt;
            Left--;
        }
    }

    /// <summary>The outcomes, once there is no further host.</summary>
    public DeliveryOutcome Close()
    {
        Trouble? siteTrouble = null;
        var outcomes = new RecipientOutcome[_slots.Length];
        for (var i = 0; i < _slots.Length; i++)
        {
            var trouble = _slots[i].Trouble ?? throw new InvalidOperationException($"no result for recipient {this[i].Number}");
            var action = _slots[i].Result ?? (trouble.Status.IsPermanent ? DeliveryAction.Failed : DeliveryAction.Deferred);
            if (trouble.IsSite && action is DeliveryAction.Deferred or DeliveryAction.InDoubt) siteTrouble ??= trouble;
            outcomes[i] = new RecipientOutcome(this[i], action, trouble.Status, trouble.Reason)
            {
                DiagnosticCode = trouble.DiagnosticCode,
                RemoteMta = trouble.RemoteMta,
                Relay = trouble.Relay,
                IsRelayed = action == DeliveryAction.Delivered,
                HopSendsReports = trouble.HopSendsReports,
            };
        }
        if (HasCompletedSession) siteTrouble = null;
        return new DeliveryOutcome(outcomes) { SiteTrouble = siteTrouble?.Reason, SiteStatus = siteTrouble?.Status ?? default };
    }

    private static Trouble Success(SmtpSession session, ReceivedReply reply) => new(reply.Status, reply.Text)
    {
        DiagnosticCode = "smtp; " + reply.Text,
        RemoteMta = session.Peer.Name,
        Relay = session.Peer.NameAddressAndPort,
        HopSendsReports = session.Server.Offers(SmtpExtensions.Dsn),
    };

    private bool IsOpen(int index) => _slots[index] is { Result: null, IsRefused: false };

    private void Apply(int index, Trouble trouble)
    {
        if (trouble.Status.IsPermanent) Settle(index, DeliveryAction.Failed, trouble);
        else Keep(index, trouble);
    }

    private void Keep(int index, Trouble trouble)
    {
        Note(index, trouble);
        _slots[index].IsRefused = true;
    }

    private void Note(int index, Trouble trouble)
    {
        ref var kept = ref _slots[index].Trouble;
        kept = kept?.Then(trouble) ?? trouble;
    }

    private void SettleOpen(DeliveryAction action, Trouble trouble)
    {
        for (var i = 0; i < _slots.Length; i++)
            if (IsOpen(i)) Settle(i, action, trouble);
    }

    private void Settle(int index, DeliveryAction action, Trouble trouble)
    {
        _slots[index].Result = action;
        _slots[index].Trouble = trouble;
        Left--;
    }

    private struct Slot
    {
        public DeliveryAction? Result;
        public Trouble? Trouble;
        public bool IsRefused;
        public bool IsDoubtful;
    }
}
