using System.Globalization;
using System.Text;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// OAUTHBEARER (RFC 7628): an access token. A server that does not take it says why in a challenge, which wants an answer of one octet
/// (section 3.2.3) before the refusal itself comes.
/// </summary>
internal sealed class OAuthBearerExchange(SaslCredentials credentials) : SaslExchange
{
    private string? _explanation;

    public override byte[] Initial => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"n,a={ScramExchange.Escape(credentials.User)},\u0001host={credentials.Host}\u0001port={credentials.Port}\u0001auth=Bearer {credentials.Secret}\u0001\u0001"));

    public override string Explanation => _explanation ?? "";

    public override SaslStep Respond(ReadOnlySpan<byte> challenge)
    {
        if (_explanation is not null) return SaslStep.TooMany;
        _explanation = Encoding.UTF8.GetString(challenge);
        return SaslStep.Send([1]);
    }
}
