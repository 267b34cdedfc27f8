using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Access;

/// <summary>The reply codes of access tables.</summary>
internal sealed class AccessCodes(ConfigSnapshot snapshot)
{
    /// <summary><c>access_map_reject_code</c>.</summary>
    public int Reject { get; } = snapshot.Get(SmtpdParameters.AccessMapRejectCode);

    /// <summary><c>access_map_defer_code</c>.</summary>
    public int Defer { get; } = snapshot.Get(SmtpdParameters.AccessMapDeferCode);

    /// <summary>
    /// A refusal with a text of the table, which may begin with an enhanced status (RFC 3463); its class follows the code, and what it says
    /// about an address fits what is refused.
    /// </summary>
    /// <param name="match">What was found.</param>
    /// <param name="code">The reply code.</param>
    /// <param name="status">The enhanced status if the text has none.</param>
    /// <param name="text">The text of the table; may be empty.</param>
    /// <param name="fallback">The text if there is none.</param>
    public Reply Reply(in AccessMatch match, int code, string status, string text, string fallback)
    {
        var given = EnhancedText.Split(text, out var rest);
        var fitting = EnhancedText.Fit(given ?? status, match.Target.Class);
        return RestrictionSetup.Reply(code, fitting, $"{match.Target} rejected: {(rest.Length > 0 ? rest : fallback)}");
    }
}
