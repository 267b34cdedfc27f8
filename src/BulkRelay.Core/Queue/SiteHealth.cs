namespace BulkRelay.Core.Queue;

/// <summary>
/// Whether a destination as a whole can be reached: failures of the site in a row, whatever mail they hit. Thread-safe.
/// </summary>
internal sealed class SiteHealth
{
    private readonly Lock _gate = new();
    private string? _trouble;
    private int _failures;

    /// <summary>A delivery has ended; <paramref name="trouble"/> is <see cref="DeliveryOutcome.SiteTrouble"/>. One without trouble clears all before it.</summary>
    public void Record(string? trouble)
    {
        lock (_gate)
        {
            _failures = trouble is null ? 0 : _failures + 1;
            _trouble = trouble;
        }
    }

    /// <summary>The last trouble, if that many deliveries in a row have met some; null otherwise.</summary>
    public string? TroubleAfter(int failures)
    {
        lock (_gate) return _failures >= failures ? _trouble : null;
    }

    /// <summary>What was is forgotten: the site gets another chance.</summary>
    public void Forget() => Record(null);
}
