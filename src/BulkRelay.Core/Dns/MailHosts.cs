using BulkRelay.Smtp;

namespace BulkRelay.Core.Dns;

/// <summary>
/// What a look-up of a destination gave: hosts in the order in which to try them (at least one), or why there are none.
/// </summary>
public sealed class MailHosts
{
    private MailHosts(IReadOnlyList<MailHost> hosts, EnhancedStatus status, string reason)
    {
        Hosts = hosts;
        Status = status;
        Reason = reason;
    }

    /// <summary>The hosts, the first to be tried first, at most <c>smtp_mx_address_limit</c>; empty after a failure.</summary>
    public IReadOnlyList<MailHost> Hosts { get; }

    /// <summary>Why there are no hosts: of class 4 to try again later, of class 5 to return the mail. Default if there are hosts.</summary>
    public EnhancedStatus Status { get; }

    /// <summary>The reason as it stands in the log, in Postfix's words; empty if there are hosts.</summary>
    public string Reason { get; }

    public static MailHosts Found(IReadOnlyList<MailHost> hosts) => new(hosts, default, "");

    public static MailHosts None(EnhancedStatus status, string reason) => new([], status, reason);
}
