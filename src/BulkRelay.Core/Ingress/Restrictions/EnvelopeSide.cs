using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>One of the two sides of an envelope, for checks that exist for both.</summary>
/// <param name="Class">How a refusal calls it: <see cref="AccessTarget.Class"/>.</param>
/// <param name="Given">The address as the client named it; null where there is none, or the null sender.</param>
/// <param name="Complete">The same with a domain.</param>
/// <param name="UnknownDomainStatus">The enhanced status for a domain that does not exist.</param>
/// <param name="UnlistedStatus">The enhanced status for an address that does not exist.</param>
internal sealed record EnvelopeSide(
    string Class, Func<AccessRequest, EmailAddress?> Given, Func<AccessRequest, EmailAddress?> Complete,
    string UnknownDomainStatus, string UnlistedStatus)
{
    public static readonly EnvelopeSide Sender = new(AccessTarget.SenderClass,
        r => r.Sender is { Length: > 0 } ? r.SenderAsGiven : null,
        r => r.Sender is { Length: > 0 } sender && EmailAddress.TryParse(sender, out var address) ? address : null,
        "4.1.8", "5.1.0");

    public static readonly EnvelopeSide Recipient = new(AccessTarget.RecipientClass,
        r => r.Recipient is null ? null : r.RecipientAsGiven, r => r.Recipient, "4.1.2", "5.1.1");

    /// <summary>The sender by whom the way of this side goes; the way back to a sender is nobody's.</summary>
    public string SenderOf(AccessRequest request) => this == Recipient ? request.Sender ?? "" : "";

    /// <summary>What a refusal of this side names.</summary>
    public AccessTarget TargetOf(AccessRequest request) => new(Given(request)?.ToUnquoted() ?? "", Class);
}
