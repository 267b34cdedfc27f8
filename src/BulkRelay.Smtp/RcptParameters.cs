using System.Text;

namespace BulkRelay.Smtp;

/// <summary>The parameters of RCPT that this server understands (RFC 3461), checked: what is kept here may be stored and sent on as it is.</summary>
public readonly record struct RcptParameters
{
    /// <summary>RFC 3461 section 4.2.</summary>
    private const int MaxOrcpt = 500;

    private static readonly Reply DsnDisabled = new("501 5.7.1 DSN support is disabled");
    private static readonly Reply BadNotify = new("501 5.5.4 Error: Bad NOTIFY parameter syntax");
    private static readonly Reply BadOrcpt = new("501 5.5.4 Error: Bad ORCPT parameter syntax");

    /// <summary><c>NEVER</c>, or a list of <c>SUCCESS</c>, <c>FAILURE</c>, <c>DELAY</c> with commas, in upper case; empty if not given.</summary>
    public string Notify { get; init; } = "";

    /// <summary>The original recipient, <c>rfc822;xtext</c>, as it came; empty if not given.</summary>
    public string Orcpt { get; init; } = "";

    /// <summary>No parameters given.</summary>
    public RcptParameters() { }

    /// <summary>Reads all parameters. Returns null, or the reply that refuses the command.</summary>
    public static Reply? Parse(ReadOnlySpan<byte> text, SmtpExtensions offered, out RcptParameters parameters)
    {
        parameters = new();
        var reader = new EsmtpParameterReader(text);
        while (reader.MoveNext())
        {
            var isNotify = Ascii.EqualsIgnoreCase(reader.Keyword, "NOTIFY"u8);
            if (!isNotify && !Ascii.EqualsIgnoreCase(reader.Keyword, "ORCPT"u8)) return UnsupportedParameter.Reply(reader.Current);
            if (!offered.HasFlag(SmtpExtensions.Dsn)) return DsnDisabled;
            if (isNotify)
            {
                if (parameters.Notify.Length > 0 || !IsNotify(reader.Value)) return BadNotify;
                parameters = parameters with { Notify = Encoding.ASCII.GetString(reader.Value).ToUpperInvariant() };
            }
            else
            {
                if (parameters.Orcpt.Length > 0 || !IsOrcpt(reader.Value)) return BadOrcpt;
                parameters = parameters with { Orcpt = Encoding.UTF8.GetString(reader.Value) };
            }
        }
        return null;
    }

    private static bool IsNotify(ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(value, "NEVER"u8)) return true;
        if (value.Length > "SUCCESS,FAILURE,DELAY"u8.Length) return false;
        foreach (var part in value.Split((byte)','))
        {
            var word = value[part];
            if (!Ascii.EqualsIgnoreCase(word, "SUCCESS"u8) && !Ascii.EqualsIgnoreCase(word, "FAILURE"u8) && !Ascii.EqualsIgnoreCase(word, "DELAY"u8))
                return false;
        }
        return true;
    }

    private static bool IsOrcpt(ReadOnlySpan<byte> value)
    {
        var semicolon = value.IndexOf((byte)';');
        if (semicolon <= 0 || value.Length > MaxOrcpt) return false;
        foreach (var octet in value[..semicolon])
        {
            if (!char.IsAsciiLetterOrDigit((char)octet) && octet != '-') return false;
        }
        var address = value[(semicolon + 1)..];
        return Ascii.EqualsIgnoreCase(value[..semicolon], "utf-8"u8) ? Xtext.IsPrintableOrUtf8(address) : Xtext.IsPrintable(address);
    }
}
