namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>What all attempts to sign in share, over all services: limits, and memory of what was tried.</summary>
internal sealed class SignIns(TimeProvider time)
{
    /// <summary>Attempts that wait for a server of passwords at the same time.</summary>
    private const int MaxAsking = 50;

    /// <summary>Attempts that may wait for their turn; each holds a session.</summary>
    private const int MaxWaiting = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Failures by address.</summary>
    public FailedSignIns Failures { get; } = new(time);

    /// <summary>Hashes passwords, a few at a time.</summary>
    public PasswordVerifier Passwords { get; } = new(new WorkGate(Math.Max(1, Environment.ProcessorCount / 2), MaxWaiting, Patience, time), time);

    /// <summary>Lets a number of attempts ask another process at the same time.</summary>
    public WorkGate Asking { get; } = new(MaxAsking, MaxWaiting, Patience, time);
}
