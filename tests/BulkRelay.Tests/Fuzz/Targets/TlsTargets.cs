using System.Text;
using BulkRelay.Core.Ingress.Tls;
using BulkRelay.Core.Tls;

namespace BulkRelay.Tests.Fuzz.Targets;

/// <summary>Parsers of TLS: the first record of a client, and what operators write about ciphers, protocols and certificates.</summary>
internal static class TlsTargets
{
    public static readonly FuzzTarget ClientHellos = new("client-hellos",
        ["\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03", new string('\0', 33), "\x00\x02\x13\x01\x01\x00\x00\x0a", "\x00\x0d\x00\x04\x00\x02\x04\x03", "\x00\x2b\x00\x03\x02\x03\x04"],
        input => ClientHello.KnowsEcdsa(input));

    public static readonly FuzzTarget Lists = new("tls-lists",
        ["aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH", "!SSLv2, !SSLv3, >=TLSv1.2", "kRSA+AES", "<=0303", "!", "-", "+", "@", ":", ",", "="],
        input =>
        {
            var text = Encoding.UTF8.GetString(input);
            CipherList.Evaluate(text, []);
            CipherList.Matching(text, []).Count();
            ProtocolList.Parse(text, []);
        });

    public static readonly FuzzTarget PemFiles = new("pem-files",
        ["-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n", "-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY-----\n", "MIIB", "AAAA\n", "=", "-----"],
        input => PemFile.Parse(Encoding.UTF8.GetString(input)));
}
