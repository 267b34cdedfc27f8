using System.Text.Unicode;

namespace BulkRelay.Smtp.Sasl;

/// <summary>The one message of PLAIN (RFC 4616): as whom the client wants to act, who it is, and its password, in UTF-8. Points into what was parsed.</summary>
public readonly ref struct PlainMessage
{
    /// <summary>The most octets of each part.</summary>
    public const int MaxPart = 1024;

    private PlainMessage(ReadOnlySpan<byte> authorization, ReadOnlySpan<byte> login, ReadOnlySpan<byte> password)
    {
        Authorization = authorization;
        Login = login;
        Password = password;
    }

    /// <summary>As whom the client wants to act; empty for itself.</summary>
    public ReadOnlySpan<byte> Authorization { get; }

    /// <summary>The name, not empty.</summary>
    public ReadOnlySpan<byte> Login { get; }

    /// <summary>The password, not empty.</summary>
    public ReadOnlySpan<byte> Password { get; }

    /// <summary>Splits a message at its two NUL. False if it has not just two, has an empty name or password, is not UTF-8 or too long.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out PlainMessage parsed)
    {
        parsed = default;
        var first = message.IndexOf((byte)0);
        if (first < 0 || !Utf8.IsValid(message)) return false;
        var rest = message[(first + 1)..];
        var second = rest.IndexOf((byte)0);
        if (second < 0) return false;
        parsed = new PlainMessage(message[..first], rest[..second], rest[(second + 1)..]);
        return !parsed.Password.Contains((byte)0) && Fits(parsed.Login) && Fits(parsed.Password) && first <= MaxPart;
    }

    private static bool Fits(ReadOnlySpan<byte> part) => part.Length is > 0 and <= MaxPart;
}
