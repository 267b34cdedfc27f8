using System.Text;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// XOAUTH2 (Google's and Microsoft's own): an access token. A server that does not take it says why in a challenge, which wants an empty
/// answer before the refusal itself comes.
/// </summary>
internal sealed class XOAuth2Exchange(SaslCredentials credentials) : SaslExchange
{
    private string? _explanation;

    public override byte[] Initial => Encoding.UTF8.GetBytes($"user={credentials.User}\u0001auth=Bearer {credentials.Secret}\u0001\u0001");

    public override string Explanation => _explanation ?? "";

    public override SaslStep Respond(ReadOnlySpan<byte> challenge)
    {
        if (_explanation is not null) return SaslStep.TooMany;
        _explanation = Encoding.UTF8.GetString(challenge);
        return SaslStep.Send([]);
    }
}
