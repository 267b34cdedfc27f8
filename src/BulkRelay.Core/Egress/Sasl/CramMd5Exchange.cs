using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>CRAM-MD5 (RFC 2195): the password is the key of a digest of what the server said.</summary>
[SuppressMessage("Security", "CA5351", Justification = "The mechanism is defined with MD5, and some providers offer nothing better.")]
internal sealed class CramMd5Exchange(SaslCredentials credentials) : SaslExchange
{
    private bool _isDone;

    public override SaslStep Respond(ReadOnlySpan<byte> challenge)
    {
        if (_isDone) return SaslStep.TooMany;
        _isDone = true;
        if (challenge.IsEmpty) return SaslStep.Stop("the challenge is empty");
        var digest = HMACMD5.HashData(Encoding.UTF8.GetBytes(credentials.Secret), challenge);
        return SaslStep.Send(Encoding.UTF8.GetBytes($"{credentials.User} {Convert.ToHexStringLower(digest)}"));
    }
}
