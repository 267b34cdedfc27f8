using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Commands;
using BulkRelay.Core.Ingress.Tls;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>All that EHLO can offer: one row each, in the order in which Postfix has them.</summary>
internal static class EhloOffers
{
    public static readonly IReadOnlyList<EhloOffer> All =
    [
        new("PIPELINING", SmtpExtensions.Pipelining),
        new("SIZE", SmtpExtensions.Size, _ => true, s => [s.Policy.MessageSizeLimit > 0 ? $"SIZE {s.Policy.MessageSizeLimit}" : "SIZE"]),
        new("VRFY", SmtpExtensions.None, c => !c.Get(SmtpdParameters.DisableVrfyCommand)),
        new("ETRN"),
        new("STARTTLS", SmtpExtensions.None, TlsServer.OffersStartTls, s => s.Access.Tls is null ? ["STARTTLS"] : []),
        new("XVERP", SmtpExtensions.Verp) { DiscardedAs = "VERP" },
        new("XCLIENT", SmtpExtensions.None, c => c.Get(ProxyingParameters.AuthorizedXclientHosts).Length > 0, s => s.MayXclient ? [XclientCommand.Offer] : []),
        new("XFORWARD", SmtpExtensions.None, c => c.Get(ProxyingParameters.AuthorizedXforwardHosts).Length > 0, s => s.MayXforward ? [XforwardCommand.Offer] : []),
        new("AUTH", SmtpExtensions.None, c => c.Get(SaslServerParameters.AuthEnable), s => s.AuthOffer),
        new("ENHANCEDSTATUSCODES"),
        new("8BITMIME", SmtpExtensions.EightBitMime),
        new("DSN", SmtpExtensions.Dsn),
        new("SMTPUTF8", SmtpExtensions.SmtpUtf8, c => c.Get(SmtpdParameters.SmtpUtf8Enable)),
        new("CHUNKING", SmtpExtensions.Chunking),
    ];

    /// <summary>What is wrong with a list of keywords that are not to be offered; null for nothing.</summary>
    public static string? FaultOfDiscarded(IEnumerable<string> keywords)
    {
        string[] also = ["VERP", "SILENT-DISCARD"];
        var known = All.Select(o => o.Keyword).Concat(also).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return keywords.FirstOrDefault(k => !known.Contains(k)) is { } unknown
            ? $"there is no EHLO keyword {unknown}: use {string.Join(", ", known.Select(k => k.ToLowerInvariant()))}" : null;
    }
}
