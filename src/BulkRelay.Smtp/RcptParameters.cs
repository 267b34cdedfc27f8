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

    /// <summary>The original recipient, <c>rfc822;xtext</c>; empty if not given.</summary>
    public string Orcpt { get; init; } = "";

    /// <summary>No parameters given.</summary>
    public RcptParameters() { }

    /// <summary>Reads all parameters. Returns null, or the reply that refuses the command.</summary>
    public static Reply? Parse(ReadOnlySpan<byte> text, SmtpExtensions understood, out RcptParameters parameters)
    {
        parameters = new();
        var reader = new EsmtpParameterReader(text);
        while (reader.MoveNext())
        {
            var isNotify = reader.Has("NOTIFY"u8);
            if (!isNotify && !reader.Has("ORCPT"u8)) return UnsupportedParameter.Reply(reader.Current);
            if (!understood.HasFlag(SmtpExtensions.Dsn)) return DsnDisabled;
            if (isNotify)
            {
                if (parameters.Notify.Length > 0 || NotifyOf(reader.Value) is not { } notify) return BadNotify;
                parameters = parameters with { Notify = notify };
            }
            else
            {
                if (parameters.Orcpt.Length > 0 || OrcptOf(reader.Value) is not { Length: <= MaxOrcpt } orcpt) return BadOrcpt;
                parameters = parameters with { Orcpt = orcpt };
            }
        }
        return null;
    }

    /// <summary>The list without empty and repeated members, which Postfix lets pass; null if it is none.</summary>
    private static string? NotifyOf(ReadOnlySpan<byte> value)
    {
        var (never, success, failure, delay) = (false, false, false, false);
        foreach (var part in value.Split((byte)','))
        {
            var word = value[part];
            if (Ascii.EqualsIgnoreCase(word, "NEVER"u8)) never = true;
            else if (Ascii.EqualsIgnoreCase(word, "SUCCESS"u8)) success = true;
            else if (Ascii.EqualsIgnoreCase(word, "FAILURE"u8)) failure = true;
            else if (Ascii.EqualsIgnoreCase(word, "DELAY"u8)) delay = true;
            else if (!word.IsEmpty) return null;
        }
        var others = string.Join(',', new[] { success ? "SUCCESS" : "", failure ? "FAILURE" : "", delay ? "DELAY" : "" }.Where(w => w.Length > 0));
        return never ? others.Length == 0 ? "NEVER" : null : others.Length > 0 ? others : null;
    }

    /// <summary>The original recipient with its address as well-formed xtext; null if it is none.</summary>
    private static string? OrcptOf(ReadOnlySpan<byte> value)
    {
        var semicolon = value.IndexOf((byte)';');
        if (semicolon <= 0) return null;
        foreach (var octet in value[..semicolon])
        {
            if (!char.IsAsciiLetterOrDigit((char)octet) && octet is not ((byte)'-' or (byte)'_')) return null;
        }
        var type = Encoding.ASCII.GetString(value[..semicolon]);
        var address = value[(semicolon + 1)..];
        var xtext = Xtext.ToPrintable(address)
            ?? (type.Equals("utf-8", StringComparison.OrdinalIgnoreCase) && Xtext.IsUtf8(address) ? Encoding.UTF8.GetString(address) : null);
        return xtext is null ? null : $"{type};{xtext}";
    }
}
