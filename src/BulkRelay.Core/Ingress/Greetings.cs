using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>The replies that tell who this server is and what it offers.</summary>
internal sealed class Greetings
{
    public Greetings(ConfigSnapshot snapshot)
    {
        var host = snapshot.Get(MainParameters.MyHostname);
        Banner = new Reply($"220 {snapshot.Get(SmtpdParameters.Banner)}");
        Helo = new Reply($"250 {host}");
        var discarded = snapshot.Get(SmtpdParameters.DiscardEhloKeywords).Select(k => k.ToUpperInvariant()).ToHashSet();
        if (discarded.Contains("VERP")) discarded.Add("XVERP");
        var offers = Offers(snapshot).Where(o => !discarded.Contains(o.Line.Split(' ')[0])).ToList();
        Extensions = offers.Aggregate(SmtpExtensions.None, (all, offer) => all | offer.Extension);
        Ehlo = Reply.MultiLine(250, [host, .. offers.Where(o => o.Extension != SmtpExtensions.Verp).Select(o => o.Line)]);
        EhloWithVerp = Reply.MultiLine(250, [host, .. offers.Select(o => o.Line)]);
        if (discarded.Count > 0 && !discarded.Contains("SILENT-DISCARD")) Discarded = string.Join(' ', discarded);
        OffersVrfy = !snapshot.Get(SmtpdParameters.DisableVrfyCommand);
        TimedOut = new Reply($"421 4.4.2 {host} Error: timeout exceeded");
        TooManyErrors = new Reply($"421 4.7.0 {host} Error: too many errors");
        Stopping = new Reply($"421 4.3.2 {host} Service not available, shutting down");
    }

    public Reply Banner { get; }

    public Reply Helo { get; }

    public Reply Ehlo { get; }

    /// <summary>The reply to clients that may ask for VERP.</summary>
    public Reply EhloWithVerp { get; }

    public Reply TimedOut { get; }

    public Reply TooManyErrors { get; }

    public Reply Stopping { get; }

    /// <summary>True unless VRFY is switched off.</summary>
    public bool OffersVrfy { get; }

    /// <summary>What EHLO offers; VERP only to some.</summary>
    public SmtpExtensions Extensions { get; }

    /// <summary>The keywords that are left out, for the log; empty for none or where nobody wants to know.</summary>
    public string Discarded { get; } = "";

    /// <summary>In the order in which Postfix has them.</summary>
    private static IEnumerable<(string Line, SmtpExtensions Extension)> Offers(ConfigSnapshot snapshot)
    {
        var limit = snapshot.Get(CleanupParameters.MessageSizeLimit);
        yield return ("PIPELINING", SmtpExtensions.Pipelining);
        yield return (limit > 0 ? $"SIZE {limit}" : "SIZE", SmtpExtensions.Size);
        if (!snapshot.Get(SmtpdParameters.DisableVrfyCommand)) yield return ("VRFY", SmtpExtensions.None);
        yield return ("XVERP", SmtpExtensions.Verp);
        yield return ("ENHANCEDSTATUSCODES", SmtpExtensions.None);
        yield return ("8BITMIME", SmtpExtensions.EightBitMime);
        yield return ("DSN", SmtpExtensions.Dsn);
        if (snapshot.Get(SmtpdParameters.SmtpUtf8Enable)) yield return ("SMTPUTF8", SmtpExtensions.SmtpUtf8);
        yield return ("CHUNKING", SmtpExtensions.Chunking);
    }
}
