using BulkRelay.Core.Configuration;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>An extension as EHLO offers it.</summary>
/// <param name="Keyword">Its name, in upper case: what <c>smtpd_discard_ehlo_keywords</c> can leave out.</param>
/// <param name="Extension">What may be used once it is offered; <c>None</c> where nothing depends on it.</param>
/// <param name="IsOn">Whether the configuration has it at all.</param>
/// <param name="Lines">The lines for a session as it is now, usually one; none while it cannot be used.</param>
internal sealed record EhloOffer(
    string Keyword, SmtpExtensions Extension, Func<ConfigSnapshot, bool> IsOn, Func<SmtpSession, IEnumerable<string>> Lines)
{
    /// <summary>The word that leaves it out, where that is not the keyword.</summary>
    public string DiscardedAs { get; init; } = Keyword;

    /// <summary>An extension that is always there, and whose line is its keyword.</summary>
    public EhloOffer(string keyword, SmtpExtensions extension = SmtpExtensions.None) : this(keyword, extension, _ => true)
    {
    }

    /// <summary>An extension whose line is its keyword.</summary>
    public EhloOffer(string keyword, SmtpExtensions extension, Func<ConfigSnapshot, bool> isOn) : this(keyword, extension, isOn, _ => [keyword])
    {
    }
}
