using System.Text;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// LOGIN (never standardised): the server asks for the name, then for the password. In which words it asks differs from server to server
/// and language to language, so only the order counts.
/// </summary>
internal sealed class LoginExchange(SaslCredentials credentials) : SaslExchange
{
    private int _asked;

    public override SaslStep Respond(ReadOnlySpan<byte> challenge) => _asked++ switch
    {
        0 => SaslStep.Send(Encoding.UTF8.GetBytes(credentials.User)),
        1 => SaslStep.Send(Encoding.UTF8.GetBytes(credentials.Secret)),
        _ => SaslStep.TooMany,
    };
}
