using BulkRelay.Core.Queue.Journal;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Queue;

/// <summary>
/// How fast one destination may go: its concurrency window with what deliveries report back, the pause between deliveries, and whether
/// the site is dead for now. Belongs to the destination (<see cref="DestinationState"/>); what others may look at meanwhile is single
/// words: <see cref="Busy"/>, <see cref="IsSuspect"/>, <see cref="IsUnproven"/> and <see cref="Closure"/>.
/// </summary>
internal sealed class DestinationPace
{
    /// <summary>Rests that are no longer than a restart takes are not worth keeping, and not each of those that come close together.</summary>
    private static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastRestNews = TimeSpan.FromSeconds(10);

    private readonly ConcurrencyWindow _window;
    private readonly ProcessSlots _slots;
    private readonly TimeProvider _time;
    private PacePolicy _policy;
    private DestinationKnowledge? _told;
    private volatile Closure? _closure;
    private DateTimeOffset _restsUntil;
    private long _ended;
    private long _endedAtLastLook = -1;
    private volatile int _busy;
    private bool _isProbing;
    private bool _isRecalled;
    private Closure? _recalledClosure;
    private bool _mayHaveNews;
    private volatile bool _isSuspect;
    private volatile bool _isUnproven = true;

    /// <param name="policy">The settings.</param>
    /// <param name="slots">Of its transport.</param>
    /// <param name="time">The clock.</param>
    /// <param name="known">What it knew before the start of the relay; null if that is nothing.</param>
    public DestinationPace(PacePolicy policy, ProcessSlots slots, TimeProvider time, DestinationKnowledge? known = null)
    {
        (_policy, _slots, _time) = (policy, slots, time);
        _window = new ConcurrencyWindow(policy.Concurrency);
        if (known is not null) Recall(known, time.GetUtcNow());
    }

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
    public int ReadLimit => !_isProbing ? int.MaxValue : _isRecalled ? 1 : _policy.Concurrency.Initial;

    /// <summary>Why the site is left alone; null if it is not, or its time is over. To ask changes nothing.</summary>
    public Closure? Closure => _closure is { } closure && closure.Until > _time.GetUtcNow() ? closure : null;

    /// <summary>The same for the destination itself, which acts on it: a site whose time is over is revived by this look.</summary>
    public Closure? FindClosure()
    {
        if (_closure is { } closure && closure.Until <= _time.GetUtcNow()) Revive();
        return _closure;
    }

    /// <summary>True if another delivery may begin. Otherwise it may once one ends, or at <paramref name="restsUntil"/> if that is not null.</summary>
    public bool CanBegin(out DateTimeOffset? restsUntil)
    {
        restsUntil = _restsUntil != default && _restsUntil > _time.GetUtcNow() ? _restsUntil : null;
        return restsUntil is null && _busy < _window.Size;
    }

    /// <summary>A delivery begins.</summary>
    public void Begin()
    {
        _busy++;
        if (_isSuspect) _slots.AddSuspect(1);
    }

    /// <summary>A delivery that is still under way has had no trouble with the site, whatever became of its mail.</summary>
    public void Succeed()
    {
        _window.Succeed(_busy);
        if (_isProbing && _isRecalled) _window.Apply(_policy.Concurrency);
        _closure = null;
        _isProbing = false;
        _isRecalled = false;
        _mayHaveNews = true;
        Suspect(false);
    }

    /// <summary>A delivery that is still under way has met trouble with the site.</summary>
    public void Fail(EnhancedStatus status, string trouble)
    {
        if (_window.Fail())
        {
            _closure = Closure.OfSite(status, trouble, _time.GetUtcNow() + _policy.DeadTime);
            _isProbing = false;
        }
        _mayHaveNews = true;
        Suspect(true);
    }

    /// <summary>A delivery has ended, with or without a word about the site.</summary>
    public void End()
    {
        _busy--;
        _ended++;
        if (_isSuspect) _slots.AddSuspect(-1);
        if (_policy.RateDelay == TimeSpan.Zero) return;
        _restsUntil = _time.GetUtcNow() + _policy.RateDelay;
        _mayHaveNews = true;
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
        if (_isRecalled) _window.Probe();
        _closure = null;
        _isProbing = true;
    }

    /// <summary>New settings, which every destination begins with as if nothing had happened to it; but what runs goes on.</summary>
    public void Apply(PacePolicy changed)
    {
        _policy = changed;
        _window.Apply(changed.Concurrency);
        var rest = _time.GetUtcNow() + changed.RateDelay;
        if (_restsUntil > rest) _restsUntil = rest;
        Revive();
    }

    /// <summary>True if nothing would be forgotten with this object.</summary>
    public bool IsForgettable() => FindClosure() is null && CanBegin(out _);

    /// <summary>
    /// It is closed for what it knew before the start. The routes may be others since: what is due is read all the same, to go another way or to
    /// be deferred.
    /// </summary>
    public bool IsClosedSinceBefore => _recalledClosure is not null && ReferenceEquals(_closure, _recalledClosure);

    /// <summary>Something of what it knows was told with <see cref="TryTakeNews"/>.</summary>
    public bool HasTold => _told is not null;

    /// <summary>
    /// What it knows, if that is of another kind than what was told last: a site is dead or is not any more, a window has doubled or halved,
    /// a rest has begun. Null if it is as any other at its beginning. Whether a site that was dead is alive is not known while it is tried.
    /// </summary>
    public bool TryTakeNews(out DestinationKnowledge? known)
    {
        known = null;
        if (!_mayHaveNews || _isProbing) return false;
        _mayHaveNews = false;
        var rest = _policy.RateDelay < LeastRest ? DateTimeOffset.MinValue : _restsUntil;
        var before = _told?.Window ?? _policy.Concurrency.Initial;
        var isOther = _closure?.Until != _told?.Closure?.Until || rest - (_told?.RestsUntil ?? DateTimeOffset.MinValue) >= LeastRestNews
            || (_closure is null && IsOfOtherKind(before));
        if (!isOther) return false;
        if (_closure is not null || rest > _time.GetUtcNow() || IsOfOtherKind(_policy.Concurrency.Initial))
            known = new DestinationKnowledge(_window.Size, _closure, rest);
        var isNews = known is not null || _told is not null;
        _told = known;
        return isNews;
    }

    private bool IsOfOtherKind(int window) => _window.Size >= 2 * window || 2 * _window.Size <= window;

    /// <summary>What was told is lost: all it knows is news again.</summary>
    public void ForgetNews()
    {
        _told = null;
        _mayHaveNews = true;
    }

    /// <summary>
    /// A rest that ended a moment ago may have been followed by one that was not worth telling: then it rests once more. Nothing lasts
    /// longer than it may by the settings of today, whatever the clock did meanwhile.
    /// </summary>
    private void Recall(DestinationKnowledge known, DateTimeOffset now)
    {
        _told = known;
        _window.Recall(known.Closure is null ? Math.Max(known.Window, 1) : 0);
        if (known.Closure is { } closure)
        {
            var latest = now + _policy.DeadTime;
            _closure = closure.Until > latest ? closure with { Until = latest } : closure;
            _recalledClosure = _closure;
            _isRecalled = true;
        }
        if (_policy.RateDelay < LeastRest) return;
        var mayRest = known.RestsUntil > now || (_policy.RateDelay < LeastRestNews && known.RestsUntil > now - LeastRestNews);
        if (mayRest) _restsUntil = _policy.RateDelay >= LeastRestNews && known.RestsUntil < now + _policy.RateDelay ? known.RestsUntil : now + _policy.RateDelay;
    }

    private void Suspect(bool isSuspect)
    {
        _isUnproven = isSuspect;
        if (_isSuspect == isSuspect) return;
        _isSuspect = isSuspect;
        _slots.AddSuspect(isSuspect ? _busy : -_busy);
    }
}
