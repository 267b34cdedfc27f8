using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>The replies that tell who this server is and what it offers.</summary>
internal sealed class Greetings
{
    /// <summary>The order in which Postfix names the keywords that it leaves out.</summary>
    private static readonly string[] LogOrder =
    [
        "8BITMIME", "AUTH", "ENHANCEDSTATUSCODES", "ETRN", "PIPELINING", "SIZE", "VERP", "VRFY", "XCLIENT", "XFORWARD", "STARTTLS", "DSN", "SMTPUTF8",
        "CHUNKING",
    ];

    private readonly string _host;
    private readonly List<EhloOffer> _offers;

    /// <param name="snapshot">The configuration.</param>
    /// <param name="discardedKeywords">The extensions that are not offered, in any case, and perhaps <c>silent-discard</c>.</param>
    public Greetings(ConfigSnapshot snapshot, IEnumerable<string> discardedKeywords)
    {
        _host = snapshot.Get(MainParameters.MyHostname);
        Banner = new Reply($"220 {snapshot.Get(SmtpdParameters.Banner)}");
        Helo = new Reply($"250 {_host}");
        var discarded = discardedKeywords.Select(k => k.ToUpperInvariant()).ToHashSet();
        _offers = [.. EhloOffers.All.Where(o => !discarded.Contains(o.DiscardedAs) && o.IsOn(snapshot))];
        Extensions = _offers.Aggregate(SmtpExtensions.None, (all, offer) => all | offer.Extension);
        if (discarded.Count > 0 && !discarded.Contains("SILENT-DISCARD")) Discarded = string.Join(' ', LogOrder.Where(discarded.Contains));
        OffersVrfy = !snapshot.Get(SmtpdParameters.DisableVrfyCommand);
        TimedOut = new Reply($"421 4.4.2 {_host} Error: timeout exceeded");
        TooManyErrors = new Reply($"421 4.7.0 {_host} Error: too many errors");
        Stopping = new Reply($"421 4.3.2 {_host} Service not available, shutting down");
    }

    public Reply Banner { get; }

    public Reply Helo { get; }

    public Reply TimedOut { get; }

    public Reply TooManyErrors { get; }

    public Reply Stopping { get; }

    /// <summary>True unless VRFY is switched off.</summary>
    public bool OffersVrfy { get; }

    /// <summary>What EHLO offers; some of it only to some (<see cref="SmtpSession.Extensions"/>).</summary>
    public SmtpExtensions Extensions { get; }

    /// <summary>The keywords that are left out, for the log; empty for none or where nobody wants to know.</summary>
    public string Discarded { get; } = "";

    /// <summary>Whether the extension is offered to any session.</summary>
    public bool Offers(string keyword) => _offers.Any(o => o.Keyword == keyword);

    /// <summary>The reply to EHLO: what this session may use at this moment.</summary>
    public Reply Ehlo(SmtpSession session)
    {
        var lines = new List<string>(_offers.Count + 1) { _host };
        var allowed = session.Extensions;
        foreach (var offer in _offers)
            if ((offer.Extension & ~allowed) == SmtpExtensions.None) lines.AddRange(offer.Lines(session));
        return Reply.MultiLine(250, lines);
    }
}
