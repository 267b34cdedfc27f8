using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BulkRelay.Smtp.Sasl;

/// <summary>The server's side of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677), without channel binding. Pure: what it is given decides.</summary>
/// <param name="serverNonce">Random printable characters, none of them a comma.</param>
public sealed class ScramServer(string serverNonce)
{
    private string _gs2Header = "";
    private string _clientFirst = "";
    private string _serverFirst = "";
    private string _nonce = "";
    private ScramKeys? _keys;

    /// <summary>As whom the client wants to act; empty for itself.</summary>
    public string Authorization { get; private set; } = "";

    /// <summary>Reads the client's first message. The name that it gives, or null if the message is malformed.</summary>
    public string? ReadFirst(ReadOnlySpan<byte> message)
    {
        if (Text(message) is not { } text || text.Split(',', 3) is not [var binding, var authorization, var bare]) return null;
        // "p" would bind to the TLS channel, which is not offered.
        if (binding is not ("n" or "y") || authorization.Length > 0 && !authorization.StartsWith("a=", StringComparison.Ordinal)) return null;
        if (bare.Split(',') is not [['n', '=', .. var name], ['r', '=', .. var nonce], ..] || nonce.Length == 0) return null;
        if (DecodeName(name) is not { Length: > 0 } login || authorization.Length > 0 && DecodeName(authorization[2..]) is not { Length: > 0 }) return null;
        Authorization = authorization.Length > 0 ? DecodeName(authorization[2..])! : "";
        (_gs2Header, _clientFirst, _nonce) = ($"{binding},{authorization},", bare, nonce + serverNonce);
        return login;
    }

    /// <summary>The challenge, for the user that <see cref="ReadFirst"/> told.</summary>
    public byte[] Challenge(ScramKeys keys)
    {
        _keys = keys;
        _serverFirst = string.Create(CultureInfo.InvariantCulture, $"r={_nonce},s={Convert.ToBase64String(keys.Salt)},i={keys.Iterations}");
        return Encoding.UTF8.GetBytes(_serverFirst);
    }

    /// <summary>Reads the client's proof. The server's last message, or null if the proof is wrong.</summary>
    public byte[]? Check(ReadOnlySpan<byte> message)
    {
        if (_keys is null || Text(message) is not { } text) return null;
        var end = text.LastIndexOf(",p=", StringComparison.Ordinal);
        if (end < 0) return null;
        var withoutProof = text[..end];
        var expected = $"c={Convert.ToBase64String(Encoding.UTF8.GetBytes(_gs2Header))},r={_nonce}";
        if (withoutProof != expected && !withoutProof.StartsWith(expected + ",", StringComparison.Ordinal)) return null;
        Span<byte> clientKey = stackalloc byte[SHA256.HashSizeInBytes];
        if (text.Length - end > 64 || !Convert.TryFromBase64String(text[(end + 3)..], clientKey, out var length) || length != clientKey.Length) return null;
        var signed = Encoding.UTF8.GetBytes($"{_clientFirst},{_serverFirst},{withoutProof}");
        var signature = HMACSHA256.HashData(_keys.StoredKey, signed);
        for (var i = 0; i < clientKey.Length; i++) clientKey[i] ^= signature[i];
        var isRight = CryptographicOperations.FixedTimeEquals(SHA256.HashData(clientKey), _keys.StoredKey);
        CryptographicOperations.ZeroMemory(clientKey);
        return isRight ? Encoding.ASCII.GetBytes("v=" + Convert.ToBase64String(HMACSHA256.HashData(_keys.ServerKey, signed))) : null;
    }

    private static string? Text(ReadOnlySpan<byte> message) =>
        System.Text.Unicode.Utf8.IsValid(message) && !message.Contains((byte)0) ? Encoding.UTF8.GetString(message) : null;

    /// <summary>A comma comes as <c>=2C</c> and an equals sign as <c>=3D</c>; null if another one stands there.</summary>
    private static string? DecodeName(string name)
    {
        for (var at = name.IndexOf('=', StringComparison.Ordinal); at >= 0; at = name.IndexOf('=', at + 1))
            if (name.Length < at + 3 || name.AsSpan(at, 3) is not ("=2C" or "=3D")) return null;
        return name.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
    }
}
