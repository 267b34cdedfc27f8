using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace BulkRelay.Smtp.Sasl;

/// <summary>The server's side of CRAM-MD5 (RFC 2195). It needs the password itself.</summary>
public static class CramMd5
{
    /// <summary>A challenge that never comes twice: <c>&lt;random.time@host&gt;</c>.</summary>
    public static byte[] Challenge(DateTimeOffset now, string hostname) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"<{RandomNumberGenerator.GetHexString(20, lowercase: true)}.{now.ToUnixTimeSeconds()}@{hostname}>"));

    /// <summary>Splits a response into the name and the digest. Null if it is malformed.</summary>
    public static (string Login, byte[] Digest)? Read(ReadOnlySpan<byte> response)
    {
        var blank = response.LastIndexOf((byte)' ');
        if (blank is <= 0 or > PlainMessage.MaxPart || response.Length - blank - 1 != 2 * MD5.HashSizeInBytes) return null;
        var digest = new byte[MD5.HashSizeInBytes];
        var isHex = Convert.FromHexString(response[(blank + 1)..], digest, out _, out _) == System.Buffers.OperationStatus.Done;
        return isHex && Utf8.IsValid(response) ? (Encoding.UTF8.GetString(response[..blank]), digest) : null;
    }

    /// <summary>Whether the digest is that of this password.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "The mechanism is defined by it; it is offered only where the operator keeps passwords for it.")]
    public static bool Matches(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> challenge, string password) =>
        CryptographicOperations.FixedTimeEquals(digest, HMACMD5.HashData(Encoding.UTF8.GetBytes(password), challenge));
}
