using BulkRelay.Smtp;

namespace BulkRelay.Core.Queue;

/// <summary>
/// How fast one destination may go: its concurrency window with what deliveries report back, the pause between deliveries, and whether
/// the site is dead for now. Belongs to the destination (<see cref="DestinationState"/>); what others may look at meanwhile is single
/// words: <see cref="Busy"/>, <see cref="IsSuspect"/>, <see cref="IsUnproven"/> and <see cref="Closure"/>.
/// </summary>
internal sealed class DestinationPace(PacePolicy policy, ProcessSlots slots, TimeProvider time)
{
    private readonly ConcurrencyWindow _window = new(policy.Concurrency);
    private PacePolicy _policy = policy;
    private volatile Closure? _closure;
    private DateTimeOffset _restsUntil;
    private long _ended;
    private long _endedAtLastLook = -1;
    private volatile int _busy;
    private bool _isProbing;
    private volatile bool _isSuspect;
    private volatile bool _isUnproven = true;

    /// <summary>Deliveries under way.</summary>
    public int Busy => _busy;

    /// <summary>
    /// True while the destination is in trouble: its last delivery met some, or those under way hang. While slots are short, all such
    /// destinations together get no more than a part of them (<see cref="SlotLine"/>).
    /// </summary>
    public bool IsSuspect => _isSuspect;

    /// <summary>True until a delivery has come to its end without trouble, and again while the destination is in trouble.</summary>
    public bool IsUnproven => _isUnproven;

    /// <summary>The deliveries that may be under way at once; 0 while the site is dead.</summary>
    public int Window => _window.Size;

    /// <summary>
    /// The most recipients to hold that were read from the store: while a site that was dead has not proved to be alive, no more than are tried.
    /// </summary>
    public int ReadLimit => _isProbing ? _policy.Concurrency.Initial : int.MaxValue;

    /// <summary>Why the site is left alone; null if it is not, or its time is over. To ask changes nothing.</summary>
    public Closure? Closure => _closure is { } closure && closure.Until > time.GetUtcNow() ? closure : null;

    /// <summary>The same for the destination itself, which acts on it: a site whose time is over is revived by this look.</summary>
    public Closure? FindClosure()
    {
        if (_closure is { } closure && closure.Until <= time.GetUtcNow()) Revive();
        return _closure;
    }

    /// <summary>True if another delivery may begin. Otherwise it may once one ends, or at <paramref name="restsUntil"/> if that is not null.</summary>
    public bool CanBegin(out DateTimeOffset? restsUntil)
    {
        restsUntil = _restsUntil != default && _restsUntil > time.GetUtcNow() ? _restsUntil : null;
        return restsUntil is null && _busy < _window.Size;
    }

    /// <summary>A delivery begins.</summary>
    public void Begin()
    {
        _busy++;
        if (_isSuspect) slots.AddSuspect(1);
    }

    /// <summary>A delivery that is still under way has had no trouble with the site, whatever became of its mail.</summary>
    public void Succeed()
    {
        _window.Succeed(_busy);
        _closure = null;
        _isProbing = false;
        Suspect(false);
    }

    /// <summary>A delivery that is still under way has met trouble with the site.</summary>
    public void Fail(EnhancedStatus status, string trouble)
    {
        if (_window.Fail()) _closure = Closure.OfSite(status, trouble, time.GetUtcNow() + _policy.DeadTime);
        Suspect(true);
    }

    /// <summary>A delivery has ended, with or without a word about the site.</summary>
    public void End()
    {
        _busy--;
        _ended++;
        if (_isSuspect) slots.AddSuspect(-1);
        if (_policy.RateDelay > TimeSpan.Zero) _restsUntil = time.GetUtcNow() + _policy.RateDelay;
    }

    /// <summary>To be called now and then: deliveries of which none has ended since the last call hang.</summary>
    public void LookForHang()
    {
        if (_busy > 0 && _ended == _endedAtLastLook) Suspect(true);
        _endedAtLastLook = _busy > 0 ? _ended : -1;
    }

    /// <summary>Gives a dead site another chance at once.</summary>
    public void Revive()
    {
        if (!_window.IsDead) return;
        _window.Revive(_busy);
        _closure = null;
        _isProbing = true;
    }

    /// <summary>New settings, which every destination begins with as if nothing had happened to it; but what runs goes on.</summary>
    public void Apply(PacePolicy changed)
    {
        _policy = changed;
        _window.Apply(changed.Concurrency);
        var rest = time.GetUtcNow() + changed.RateDelay;
        if (_restsUntil > rest) _restsUntil = rest;
        Revive();
    }

    /// <summary>True if nothing would be forgotten with this object.</summary>
    public bool IsForgettable() => FindClosure() is null && CanBegin(out _);

    private void Suspect(bool isSuspect)
    {
        _isUnproven = isSuspect;
        if (_isSuspect == isSuspect) return;
        _isSuspect = isSuspect;
        slots.AddSuspect(isSuspect ? _busy : -_busy);
    }
}
