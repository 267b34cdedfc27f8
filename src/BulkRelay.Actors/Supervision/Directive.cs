namespace BulkRelay.Actors;

/// <summary>What becomes of a child that failed.</summary>
public enum Directive
{
    /// <summary>It goes on with its state; the message that it failed on is dropped.</summary>
    Resume,

    /// <summary>A new instance takes its place, with the same reference and mailbox; the message that it failed on is dropped.</summary>
    Restart,

    /// <summary>The supervisor fails with the same cause and leaves the decision to its own.</summary>
    Escalate,

    /// <summary>It ends.</summary>
    Stop,
}
