namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// What access rules want done with a message that they do not refuse (access(5)). Collected while the commands of a transaction are
/// checked, and carried out at the end of the message; with <c>smtpd_delay_reject</c> the lists about the client run at each recipient,
/// so that setting one of these twice must do no harm.
/// </summary>
internal sealed class MessageActions
{
    /// <summary>PREPEND: header lines to put before the message, without line ends, in order.</summary>
    public List<string> Prepended { get; } = [];

    /// <summary>BCC: further recipients.</summary>
    public List<string> Bcc { get; } = [];

    /// <summary>REDIRECT: the one recipient instead of all; null for none.</summary>
    public string? Redirect { get; set; }

    /// <summary>FILTER: where the message goes, <c>transport:nexthop</c>, instead of its route; null for none.</summary>
    public string? Filter { get; set; }

    /// <summary>HOLD: the message waits for the operator.</summary>
    public bool IsHeld { get; set; }

    /// <summary>DISCARD: the message is taken and thrown away.</summary>
    public bool IsDiscarded { get; set; }

    /// <summary>Begins the next transaction.</summary>
    public void Clear()
    {
        Prepended.Clear();
        Bcc.Clear();
        Redirect = Filter = null;
        IsHeld = IsDiscarded = false;
    }
}
