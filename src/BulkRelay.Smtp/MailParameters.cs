using System.Globalization;
using System.Text;

namespace BulkRelay.Smtp;

/// <summary>The parameters of MAIL that this server understands, checked: what is kept here may be stored and sent on as it is.</summary>
public readonly record struct MailParameters
{
    /// <summary>RFC 3461 section 4.4.</summary>
    private const int MaxEnvid = 100;

    /// <summary>The size that the client declares, in octets; 0 if it does not.</summary>
    public long Size { get; init; }

    /// <summary>The declared body type.</summary>
    public BodyType Body { get; init; }

    /// <summary>True if the transaction asks for SMTPUTF8.</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary><c>FULL</c>, <c>HDRS</c> or empty.</summary>
    public string Ret { get; init; } = "";

    /// <summary>The envelope id as xtext; empty if not given.</summary>
    public string Envid { get; init; } = "";

    /// <summary>The delimiters of XVERP, as they came; empty to leave them to the server, null if VERP is not asked for.</summary>
    public string? Verp { get; init; }

    /// <summary>
    /// Who submitted the message first (RFC 4954 section 5), as it came, <c>?</c> for what is not printable ASCII; empty if that is not said or
    /// not known. To be believed only from clients that signed in.
    /// </summary>
    public string Auth { get; init; } = "";

    /// <summary>No parameters given.</summary>
    public MailParameters() { }

    /// <summary>Whether the parameters ask for SMTPUTF8, whatever else they are: an address before them may have to wait for that.</summary>
    public static bool AskForSmtpUtf8(ReadOnlySpan<byte> text, SmtpExtensions understood)
    {
        var reader = new EsmtpParameterReader(text);
        while (reader.MoveNext())
        {
            if (reader.Is("SMTPUTF8"u8)) return understood.HasFlag(SmtpExtensions.SmtpUtf8);
        }
        return false;
    }

    /// <summary>Reads all parameters. Returns null, or the reply that refuses the command.</summary>
    /// <param name="text">The parameters.</param>
    /// <param name="understood">
    /// The extensions that are in force. SIZE and BODY are always understood: a client may know of them without being offered them.
    /// </param>
    /// <param name="parameters">What they say.</param>
    public static Reply? Parse(ReadOnlySpan<byte> text, SmtpExtensions understood, out MailParameters parameters)
    {
        parameters = new();
        var hasAuth = false;
        var reader = new EsmtpParameterReader(text);
        while (reader.MoveNext())
        {
            if (reader.Has("AUTH"u8))
            {
                if (hasAuth) return Replies.MultipleAuth;
                // Nobody is named by "<>".
                hasAuth = !reader.Value.SequenceEqual("<>"u8);
                if (hasAuth) parameters = parameters with { Auth = Printable(reader.Value) };
            }
            else if (Read(reader, understood, ref parameters) is { } refusal) return refusal;
        }
        return null;
    }

    private static Reply? Read(in EsmtpParameterReader reader, SmtpExtensions understood, ref MailParameters parameters)
    {
        if (reader.Has("SIZE"u8)) return ReadSize(reader.Value, ref parameters);
        if (reader.Has("BODY"u8)) return ReadBody(reader, ref parameters);
        if (reader.Is("SMTPUTF8"u8) && understood.HasFlag(SmtpExtensions.SmtpUtf8))
        {
            parameters = parameters with { SmtpUtf8 = true };
            return null;
        }
        if ((reader.Is("XVERP"u8) || reader.Has("XVERP"u8)) && understood.HasFlag(SmtpExtensions.Verp))
        {
            parameters = parameters with { Verp = reader.Is("XVERP"u8) ? "" : DelimitersOf(reader) };
            return null;
        }
        if (reader.Has("RET"u8)) return ReadRet(reader.Value, understood, ref parameters);
        if (reader.Has("ENVID"u8)) return ReadEnvid(reader.Value, understood, ref parameters);
        return Replies.UnsupportedOption(reader.Current);
    }

    private static Reply? ReadSize(ReadOnlySpan<byte> value, ref MailParameters parameters)
    {
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return Replies.BadSize;
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size)) return Replies.SizeOverflow;
        parameters = parameters with { Size = size };
        return null;
    }

    private static Reply? ReadBody(in EsmtpParameterReader reader, ref MailParameters parameters)
    {
        if (Is(reader.Value, "8BITMIME"u8)) parameters = parameters with { Body = BodyType.EightBitMime };
        else if (Is(reader.Value, "7BIT"u8)) parameters = parameters with { Body = BodyType.SevenBit };
        else return Replies.UnsupportedOption(reader.Current);
        return null;
    }

    private static Reply? ReadRet(ReadOnlySpan<byte> value, SmtpExtensions understood, ref MailParameters parameters)
    {
        if (!understood.HasFlag(SmtpExtensions.Dsn)) return Replies.DsnDisabled;
        var ret = Is(value, "FULL"u8) ? "FULL" : Is(value, "HDRS"u8) ? "HDRS" : null;
        if (ret is null || parameters.Ret.Length > 0) return Replies.BadRet;
        parameters = parameters with { Ret = ret };
        return null;
    }

    private static Reply? ReadEnvid(ReadOnlySpan<byte> value, SmtpExtensions understood, ref MailParameters parameters)
    {
        if (!understood.HasFlag(SmtpExtensions.Dsn)) return Replies.DsnDisabled;
        if (parameters.Envid.Length > 0 || value.IsEmpty || Xtext.ToPrintable(value) is not { Length: <= MaxEnvid } envid) return Replies.BadEnvid;
        parameters = parameters with { Envid = envid };
        return null;
    }

    /// <summary>What is given after the <c>=</c>; nothing at all is no choice of delimiters, and must not look like one that was not made.</summary>
    private static string DelimitersOf(in EsmtpParameterReader reader) => reader.Value.IsEmpty ? "=" : Encoding.UTF8.GetString(reader.Value);

    private static string Printable(ReadOnlySpan<byte> value) =>
        string.Concat(Encoding.UTF8.GetString(value).Select(c => c is > ' ' and < '\x7F' ? c : '?'));

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> expected) => Ascii.EqualsIgnoreCase(word, expected);

    private static class Replies
    {
        public static readonly Reply MultipleAuth = new("503 5.5.4 Error: multiple AUTH= options");
        public static readonly Reply BadSize = new("501 5.5.4 Bad message size syntax");
        public static readonly Reply SizeOverflow = new("552 5.3.4 Message size exceeds file system imposed limit");
        public static readonly Reply DsnDisabled = new("501 5.7.1 DSN support is disabled");
        public static readonly Reply BadRet = new("501 5.5.4 Bad RET parameter syntax");
        public static readonly Reply BadEnvid = new("501 5.5.4 Bad ENVID parameter syntax");

        public static Reply UnsupportedOption(ReadOnlySpan<byte> option) => UnsupportedParameter.Reply(option);
    }
}
