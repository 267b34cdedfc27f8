using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Queue;

/// <summary>
/// How many deliveries one destination may have under way at once, by the feedback rules of Postfix's queue manager (SCHEDULER_README,
/// qmgr_queue.c): successes raise the window at the end of a series of 1/feedback of them, failures lower it at the start of one, and
/// whole cohorts of failures in a row make the destination dead. Pure: no clock, no threads.
/// </summary>
internal sealed class ConcurrencyWindow
{
    private const double RoundingError = 1e-9;

    private ConcurrencyPolicy _policy;
    private double _success;
    private double _failure;
    private double _failedCohorts;

    /// <param name="policy">The settings, corrected.</param>
    public ConcurrencyWindow(ConcurrencyPolicy policy)
    {
        _policy = policy;
        Size = policy.Initial;
    }

    /// <summary>The deliveries that may be under way at once; 0 when the destination is dead.</summary>
    public int Size { get; private set; }

    /// <summary>True if there is to be no delivery until <see cref="Revive"/>, or until one that is under way succeeds.</summary>
    public bool IsDead => Size == 0;

    /// <summary>A delivery has ended without trouble with the site.</summary>
    /// <param name="busy">Deliveries under way, the one that has ended included.</param>
    public void Succeed(int busy)
    {
        _failedCohorts = 0;
        if (IsDead)
        {
            Revive(busy);
            return;
        }
        // Beyond its use the window would only delay the effect of failures.
        if (IsAtLimit || Size >= busy + _policy.Initial) return;
        var gain = _policy.Positive.At(Size);
        for (_success += gain; _success + Tolerance(_policy.Positive, gain) >= 1; _success--)
        {
            Size++;
            _failure = 0;
        }
        if (_policy.Limit > 0) Size = Math.Min(Size, _policy.Limit);
    }

    /// <summary>A delivery has ended in trouble with the site. Returns true if the destination is dead from now on.</summary>
    public bool Fail()
    {
        if (IsDead) return false;
        _failedCohorts += 1.0 / Size;
        if (_policy.FailedCohortLimit > 0 && _failedCohorts >= _policy.FailedCohortLimit)
        {
            Size = 0;
            return true;
        }
        var loss = _policy.Negative.At(Size);
        for (_failure -= loss; _failure - Tolerance(_policy.Negative, loss) < 0; _failure++)
        {
            Size--;
            _success = 0;
        }
        Size = Math.Max(1, Size);
        return false;
    }

    /// <summary>Goes on where another one was: with its size, within the limit, or dead if that is 0.</summary>
    public void Recall(int size) => Size = _policy.Limit > 0 ? Math.Min(size, _policy.Limit) : size;

    /// <summary>From now on one delivery at a time, until one succeeds.</summary>
    public void Probe() => Size = 1;

    /// <summary>Gives a dead destination another chance.</summary>
    /// <param name="busy">Deliveries still under way.</param>
    public void Revive(int busy)
    {
        if (!IsDead) return;
        Size = busy > 0 ? busy : _policy.Initial;
        if (_policy.Limit > 0) Size = Math.Min(Size, _policy.Limit);
        _success = 0;
        _failure = 0;
    }

    /// <summary>
    /// New settings: the window keeps what it has learnt within the new bounds, which are the initial concurrency and the limit.
    /// </summary>
    public void Apply(ConcurrencyPolicy policy)
    {
        _policy = policy;
        if (IsDead) return;
        Size = Math.Max(Size, policy.Initial);
        if (policy.Limit > 0) Size = Math.Min(Size, policy.Limit);
    }

    /// <summary>
    /// What a sum may lack of a whole step because of rounding: half an event, as in Postfix. Not so with the square root, whose steps are no
    /// whole number of events: half an event less would be a different feedback than the one that SCHEDULER_README measured.
    /// </summary>
    private static double Tolerance(ConcurrencyFeedback feedback, double amount) =>
        feedback.Form == FeedbackForm.PerSquareRoot ? RoundingError : amount / 2;

    private bool IsAtLimit => _policy.Limit > 0 && Size >= _policy.Limit;
}
