using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BulkRelay.Smtp.Sasl;

/// <summary>
/// What a server keeps of a password to check it by SCRAM-SHA-256 (RFC 5802, RFC 7677), and by PLAIN too: nobody can sign in with it.
/// As text it is <c>SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey</c> (RFC 5803).
/// </summary>
public sealed class ScramKeys
{
    /// <summary>The name in front of the text form.</summary>
    public const string Scheme = "SCRAM-SHA-256";

    /// <summary>The most iterations that are accepted from a text.</summary>
    public const int MaxIterations = 10_000_000;

    private const int MaxSalt = 256;

    private readonly byte[] _salt;
    private readonly byte[] _storedKey;
    private readonly byte[] _serverKey;

    private ScramKeys(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey)
    {
        Iterations = iterations;
        _salt = salt;
        _storedKey = storedKey;
        _serverKey = serverKey;
    }

    /// <summary>How often the hash is applied: what makes guessing slow.</summary>
    public int Iterations { get; }

    /// <summary>What makes equal passwords different.</summary>
    public ReadOnlySpan<byte> Salt => _salt;

    /// <summary>The hash of the client's key.</summary>
    public ReadOnlySpan<byte> StoredKey => _storedKey;

    /// <summary>The key by which the server proves that it knows the user.</summary>
    public ReadOnlySpan<byte> ServerKey => _serverKey;

    /// <summary>Makes the keys from a password: slow by intent.</summary>
    public static ScramKeys Derive(string password, byte[] salt, int iterations)
    {
        var octets = Encoding.UTF8.GetBytes(SaslPrep.Normalize(password));
        var salted = Rfc2898DeriveBytes.Pbkdf2(octets, salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var keys = new ScramKeys(iterations, salt, SHA256.HashData(clientKey), HMACSHA256.HashData(salted, "Server Key"u8));
        CryptographicOperations.ZeroMemory(octets);
        CryptographicOperations.ZeroMemory(salted);
        CryptographicOperations.ZeroMemory(clientKey);
        return keys;
    }

    /// <summary>Keys that no password has, for users that do not exist.</summary>
    public static ScramKeys Impossible(byte[] salt, int iterations) =>
        new(iterations, salt, RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes), RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes));

    /// <summary>Whether this is the password: as slow as <see cref="Derive"/>.</summary>
    public bool Matches(string password) => CryptographicOperations.FixedTimeEquals(Derive(password, _salt, Iterations)._storedKey, _storedKey);

    /// <summary>Reads the text form. False if it is not that.</summary>
    public static bool TryParse(string text, out ScramKeys? keys)
    {
        keys = null;
        if (text.Split('$') is not [Scheme, var slow, var stored] || slow.Split(':') is not [var count, var salt]
            || stored.Split(':') is not [var storedKey, var serverKey])
            return false;
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > MaxIterations) return false;
        if (Decode(salt) is not { Length: > 0 and <= MaxSalt } saltOctets || Decode(storedKey) is not { Length: SHA256.HashSizeInBytes } storedOctets
            || Decode(serverKey) is not { Length: SHA256.HashSizeInBytes } serverOctets) return false;
        keys = new ScramKeys(iterations, saltOctets, storedOctets, serverOctets);
        return true;
    }

    /// <summary>The text form, for the file of users. Not called ToString: it is nothing for a log.</summary>
    public string Format() => string.Create(CultureInfo.InvariantCulture,
        $"{Scheme}${Iterations}:{Convert.ToBase64String(_salt)}${Convert.ToBase64String(_storedKey)}:{Convert.ToBase64String(_serverKey)}");

    private static byte[]? Decode(string base64)
    {
        var octets = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, octets, out var length) ? octets[..length] : null;
    }
}
