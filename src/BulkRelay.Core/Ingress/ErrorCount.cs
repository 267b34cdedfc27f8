namespace BulkRelay.Core.Ingress;

/// <summary>What a client did wrong since its last message.</summary>
internal sealed class ErrorCount
{
    /// <summary>Errors.</summary>
    public int Errors { get; private set; }

    /// <summary>Commands without effect, which are errors only when there are many.</summary>
    public int Junk { get; private set; }

    public void AddError() => Errors++;

    /// <summary>Counts a command without effect; from the limit on it is an error.</summary>
    public void AddJunk(int limit)
    {
        if (Junk++ > limit) Errors++;
    }

    /// <summary>A message was taken: all is forgiven.</summary>
    public void Forgive() => Errors = Junk = 0;
}
