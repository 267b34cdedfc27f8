namespace BulkRelay.Core.Queue;

/// <summary>When a destination reads on from the store. Belongs to the destination's actor.</summary>
internal sealed class ReadSchedule
{
    private DateTimeOffset _notBefore;

    /// <summary>The store may have mail that is due then and is not in hand. The largest time: it has none.</summary>
    public DateTimeOffset NextDue { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>A read is under way.</summary>
    public bool IsReading { get; private set; }

    /// <summary>When to read; null if there is nothing to read, or a read is under way.</summary>
    public DateTimeOffset? ReadAt => IsReading || NextDue == DateTimeOffset.MaxValue ? null : NextDue > _notBefore ? NextDue : _notBefore;

    /// <summary>The store has mail that is due then.</summary>
    public void Lower(DateTimeOffset due)
    {
        if (due < NextDue) NextDue = due;
    }

    /// <summary>A read begins. What becomes due from now on is noted beside it and joined with its result.</summary>
    public void Begin()
    {
        IsReading = true;
        NextDue = DateTimeOffset.MaxValue;
    }

    /// <summary>A read has ended: what it left is due then; the next one is not to begin before that time.</summary>
    public void End(DateTimeOffset nextDue, DateTimeOffset notBefore)
    {
        IsReading = false;
        Lower(nextDue);
        _notBefore = notBefore;
    }
}
