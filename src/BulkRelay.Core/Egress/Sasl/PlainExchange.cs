using System.Text;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>PLAIN (RFC 4616): name and password as they are, in one message.</summary>
internal sealed class PlainExchange(SaslCredentials credentials) : SaslExchange
{
    public override byte[] Initial => Encoding.UTF8.GetBytes($"\0{credentials.User}\0{credentials.Secret}");

    public override SaslStep Respond(ReadOnlySpan<byte> challenge) => SaslStep.TooMany;
}
