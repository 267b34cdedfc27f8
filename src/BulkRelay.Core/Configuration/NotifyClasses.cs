namespace BulkRelay.Core.Configuration;

/// <summary>Trouble that the postmaster is told of by mail (<c>notify_classes</c>).</summary>
[Flags]
public enum NotifyClasses
{
    None = 0,

    /// <summary>Mail that could not be delivered: a copy of each report, with the header of the message. Includes <see cref="DoubleBounce"/>.</summary>
    Bounce = 1,

    /// <summary>Reports that could not be delivered.</summary>
    DoubleBounce = 2,

    /// <summary>Mail that is late: a copy of each warning, with the header of the message.</summary>
    Delay = 4,

    /// <summary>SMTP clients that were refused because a table or another source of data did not answer: a transcript of the session.</summary>
    Data = 8,

    /// <summary>SMTP clients that were refused by a rule: a transcript.</summary>
    Policy = 16,

    /// <summary>SMTP clients that broke the protocol: a transcript.</summary>
    Protocol = 32,

    /// <summary>Mail that was not taken for want of room: a transcript.</summary>
    Resource = 64,

    /// <summary>Mail that was not taken because of a fault of this program or its configuration: a transcript.</summary>
    Software = 128,

    /// <summary>Those whose notice is a transcript of an SMTP session.</summary>
    Transcripts = Data | Policy | Protocol | Resource | Software,
}
