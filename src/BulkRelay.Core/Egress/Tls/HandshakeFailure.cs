using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Egress.Tls;

/// <summary>What a failed handshake says of server and configuration, in words that an operator can act on.</summary>
internal static class HandshakeFailure
{
    private static readonly string[] NoProtocol = ["unsupported protocol", "alert protocol version"];

    private static readonly string[] NoCipher = ["alert handshake failure", "no ciphers available", "alert insufficient security"];

    private static readonly string[] NoTls = ["wrong version number", "http request", "packet length too long", "corrupted frame"];

    private static readonly string[] ShortKey = ["key too small", "md too weak"];

    /// <summary>The cause; null if it cannot be told, as when the connection was closed.</summary>
    /// <param name="fault">The failure, with what the TLS stack says as its innermost cause.</param>
    /// <param name="policy">What was asked for.</param>
    /// <param name="names">The parameters of the service.</param>
    public static string? CauseOf(ConnectionFaultException fault, TlsPolicy policy, TlsClientParameters names)
    {
        var error = fault.GetBaseException().Message;
        var (protocols, ciphers) = policy.IsMandatory
            ? (names.MandatoryProtocols.Name, names.MandatoryCiphers.Name) : (names.Protocols.Name, names.Ciphers.Name);
        // A server may answer with either alert if it has no such protocol; only the one that names it is certain.
        if (Says(error, NoProtocol))
            return $"protocol version: the server speaks none of those that {protocols} leaves ({ProtocolList.NamesOf(policy.Protocols)})";
        if (Says(error, NoCipher))
            return $"no shared cipher: the server takes none of those that {ciphers} leaves, or no protocol of {protocols}";
        if (Says(error, NoTls)) return "the server does not speak TLS";
        return Says(error, ShortKey) ? "a key or digest of the server is too weak" : null;
    }

    private static bool Says(string error, string[] words) => words.Any(w => error.Contains(w, StringComparison.OrdinalIgnoreCase));
}
