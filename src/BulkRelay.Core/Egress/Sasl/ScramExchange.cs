using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BulkRelay.Smtp.Sasl;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// SCRAM without channel binding (RFC 5802, RFC 7677). The server has to prove that it knows the password as well, before its word that the
/// client is signed in is believed.
/// </summary>
[SuppressMessage("Security", "CA5379", Justification = "SCRAM-SHA-1 is defined with SHA-1, and some servers offer nothing better.")]
internal sealed class ScramExchange : SaslExchange
{
    /// <summary>RFC 7677 section 4: a server that asks for less makes it cheap to find the password from what is sent.</summary>
    private const int LeastIterations = 4096;

    /// <summary>What a server may ask of this machine's time: some tenths of a second.</summary>
    private const int MostIterations = 1_000_000;

    private const string ChannelBinding = "n,,";

    private readonly HashAlgorithmName _hash;
    private readonly string _password;
    private readonly string _nonce;
    private readonly string _first;
    private byte[]? _signature;
    private int _step;
    private bool _isVerified;

    private ScramExchange(HashAlgorithmName hash, string user, string password, string nonce)
    {
        _hash = hash;
        _password = password;
        _nonce = nonce;
        _first = $"n={Escape(user)},r={nonce}";
    }

    public override byte[] Initial => Encoding.UTF8.GetBytes(ChannelBinding + _first);

    public static ScramExchange? Sha1(SaslCredentials credentials) => Create(HashAlgorithmName.SHA1, credentials, NewNonce());

    public static ScramExchange? Sha256(SaslCredentials credentials) => Create(HashAlgorithmName.SHA256, credentials, NewNonce());

    /// <summary>An exchange with a given nonce. Null if name or password cannot be prepared.</summary>
    public static ScramExchange? Create(HashAlgorithmName hash, SaslCredentials credentials, string nonce) =>
        SaslPrep.Prepare(credentials.User) is { Length: > 0 } user && SaslPrep.Prepare(credentials.Secret) is { } password
            ? new ScramExchange(hash, user, password, nonce) : null;

    public override SaslStep Respond(ReadOnlySpan<byte> challenge) => _step++ switch
    {
        0 => Prove(Encoding.UTF8.GetString(challenge)),
        1 => Verify(Encoding.UTF8.GetString(challenge)),
        _ => SaslStep.TooMany,
    };

    public override string? CheckSuccess() => _isVerified ? null : "the server has not shown that it knows the password";

    /// <summary>A name as an attribute of SCRAM and of GS2 headers has it.</summary>
    public static string Escape(string name) =>
        name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    private static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));

    private SaslStep Prove(string serverFirst)
    {
        var attributes = serverFirst.Split(',');
        if (attributes.Length < 3 || Value(attributes[0], 'r') is not { } nonce || Value(attributes[1], 's') is not { } saltText
            || !int.TryParse(Value(attributes[2], 'i'), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations))
            return SaslStep.Stop("the server's first message is not of SCRAM's form");
        if (!nonce.StartsWith(_nonce, StringComparison.Ordinal) || nonce.Length == _nonce.Length)
            return SaslStep.Stop("the server's nonce does not continue the client's");
        if (SaslBase64.Decode(saltText) is not { Length: > 0 } salt) return SaslStep.Stop("the server's salt is not base64");
        if (iterations is < LeastIterations or > MostIterations)
            return SaslStep.Stop($"the server asks for {iterations} iterations: {LeastIterations} to {MostIterations} are accepted");
        var final = $"c={Convert.ToBase64String(Encoding.ASCII.GetBytes(ChannelBinding))},r={nonce}";
        return SaslStep.Send(Encoding.UTF8.GetBytes($"{final},p={Convert.ToBase64String(Sign($"{_first},{serverFirst},{final}", salt, iterations))}"));
    }

    /// <summary>The client's proof for the whole exchange; and what the server's signature has to be (RFC 5802 section 3).</summary>
    private byte[] Sign(string exchange, byte[] salt, int iterations)
    {
        var message = Encoding.UTF8.GetBytes(exchange);
        var length = CryptographicOperations.HashData(_hash, ReadOnlySpan<byte>.Empty).Length;
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(_password), salt, iterations, _hash, length);
        var proof = CryptographicOperations.HmacData(_hash, salted, "Client Key"u8);
        var clientSignature = CryptographicOperations.HmacData(_hash, CryptographicOperations.HashData(_hash, proof), message);
        for (var i = 0; i < proof.Length; i++) proof[i] ^= clientSignature[i];
        _signature = CryptographicOperations.HmacData(_hash, CryptographicOperations.HmacData(_hash, salted, "Server Key"u8), message);
        return proof;
    }

    private SaslStep Verify(string serverFinal)
    {
        var attribute = serverFinal.Split(',')[0];
        if (Value(attribute, 'e') is { } error) return SaslStep.Stop($"the server says: {error}");
        if (Value(attribute, 'v') is not { } text || SaslBase64.Decode(text) is not { } signature
            || !CryptographicOperations.FixedTimeEquals(signature, _signature))
            return SaslStep.Stop("the server's signature is wrong: it does not know the password, and is not the one it claims to be");
        _isVerified = true;
        return SaslStep.Send([]);
    }

    private static string? Value(string attribute, char name) =>
        attribute.Length > 2 && attribute[0] == name && attribute[1] == '=' ? attribute[2..] : null;
}
