using BulkRelay.Core.Ingress.Tls;

namespace BulkRelay.Tests.Fuzz.Targets;

/// <summary>What a server reads of TLS itself: the first record of a client.</summary>
internal static class TlsTargets
{
    public static readonly FuzzTarget ClientHellos = new("client-hellos",
    [
        "\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03", new string('\0', 33), "\x00\x02\x13\x01\x01\x00\x00\x0a",
        "\x00\x0d\x00\x04\x00\x02\x04\x03", "\x00\x2b\x00\x03\x02\x03\x04",
    ], input => ClientHello.KnowsEcdsa(input));
}
