using System.Text;
using BulkRelay.Core.Egress.Sasl;
using BulkRelay.Core.Egress.Sasl.OAuth;
using BulkRelay.Core.Egress.Tls;
using BulkRelay.Core.Ingress.Proxying;
using BulkRelay.Core.Ingress.Restrictions.DnsLists;
using BulkRelay.Core.Ingress.Restrictions.PolicyService;
using BulkRelay.Core.Ingress.Sasl;
using BulkRelay.Core.Tls;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Fuzz.Targets;

/// <summary>What is read before anybody has shown who he is: AUTH, TLS, PROXY, policy services, and the files of secrets.</summary>
internal static class SecurityTargets
{
    private static readonly SaslCredentials Credentials = new("user", "pencil", "relay.test", 587);

    public static readonly FuzzTarget Challenges = new("auth-challenges",
    [
        "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsNl5pxA=", "<1896.697170952@postoffice.test>", "Username:", "Password:", "{\"status\":\"401\"}",
        "realm=\"relay.test\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\",algorithm=md5-sess,charset=utf-8", "NTLMSSP\0\u0002\0\0\0", "rspauth=", "\"", "\\",
        "e=other-error", "r=", "s=", "i=", "i=99999999999", "v=", ",", "=", "m=", "\0", "{", "}", "ü",
    ], input =>
    {
        foreach (var mechanism in SaslMechanisms.All)
        {
            if (mechanism.Begin(Credentials) is not { } exchange) continue;
            exchange.Begin();
            // A server that may ask for 4096 rounds may not ask for a thousand million: the time limit of the test says so.
            foreach (var part in Encoding.UTF8.GetString(input).Split('\n').Take(5))
                if (exchange.Respond(Encoding.UTF8.GetBytes(part)).Fault is { } fault) fault.ShouldNotContain("pencil");
            _ = exchange.CheckSuccess() + exchange.Explanation;
        }
    });

    public static readonly FuzzTarget AuthResponses = new("auth-responses",
        ["AHVzZXIAcGVuY2ls", "biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8=", "*", "=", "", "AA==", "====", "\0", " ", "A", "Zg", "Zg==Zg=="],
        input => _ = AuthReader.Decode(input));

    public static readonly FuzzTarget Secrets = new("secrets",
    [
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=", "{CRYPT}$6$salt$hash", "$6$rounds=1$a$b", "{BASE64}", "{PLAIN}x", "{",
        "}", "$", ":", "SCRAM-SHA-256$", "999999999", "=", "\0", "pencil",
    ], input =>
    {
        foreach (var allowsBare in new[] { true, false })
            if (StoredSecret.Parse(Encoding.UTF8.GetString(input), allowsBare, out var fault) is null) fault.ShouldNotBeEmpty();
    });

    public static readonly FuzzTarget ProxyHeaders = new("proxy-headers",
    [
        "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", "PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n", "PROXY UNKNOWN\r\n", "\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u000c\u007f\0\0\u0001\u007f\0\0\u0001\0\u0001\0\u0002",
        "\r\n\r\n\0\r\nQUIT\n", "\u0020\0\0\0", "PROXY ", "TCP4", " ", "\r\n", "65536", "::", "%eth0", "\0",
    ], input =>
    {
        var length = ProxyHeader.Measure(input);
        length.ShouldBeInRange(-1, ProxyHeader.MaxLength);
        length.ShouldBeLessThanOrEqualTo(input.Length);
        if (length > 0 && ProxyHeader.Parse(input.AsSpan(0, length), out var fault) is null) fault.ShouldNotBeEmpty();
        // The same answer, however the octets come.
        for (var part = 0; part < Math.Min(input.Length, 32); part++)
            if (length > part) ProxyHeader.Measure(input.AsSpan(0, part)).ShouldBe(0);
    });

    public static readonly FuzzTarget PolicyReplies = new("policy-replies",
        ["action=DUNNO\n\n", "action=REJECT no\n\n", "action=defer_if_permit 4.7.1 later\n\n", "action=", "reason=x\n", "\n", "\n\n", "=", "\r", "\0", "ä", "action=PREPEND X: y\n\n"],
        input =>
        {
            var reader = new PolicyAnswerReader();
            for (var at = 0; at < input.Length;)
            {
                var room = reader.Room;
                var count = Math.Min(room.Length, Math.Min(input.Length - at, 700));
                input.AsMemory(at, count).CopyTo(room);
                at += count;
                if (reader.TryRead(count) is not { } answer) continue;
                (answer.Action ?? "").Any(char.IsControl).ShouldBeFalse();
                return;
            }
        });

    public static readonly FuzzTarget Words = new("security-words",
    [
        "secure match=nexthop:dot-nexthop protocols=!SSLv2:!SSLv3 ciphers=high exclude=aNULL,MD5 tafile=/nowhere servername=x", "!SSLv2, !SSLv3, >=TLSv1.2", "HIGH:!aNULL:!MD5:@STRENGTH", "ECDHE+AESGCM:-RC4:kRSA",
        "list.test=127.0.0.[1..255;9]*5", "127.0.0.[1;2]", "user https://id.test/token client_id=a secret_file=/nowhere scope=x", "=", ":", "!", "[", "..", "]", ",", "+", "-", "@", "<=", "may", "dane", "\0",
    ], input =>
    {
        var text = Encoding.UTF8.GetString(input);
        _ = TlsPolicyEntry.Parse(text, out _);
        _ = ProtocolList.Parse(text, []);
        _ = CipherList.Evaluate(text, []);
        _ = OctetPattern.Parse(text);
        _ = DnsList.Parse(text, out _);
        _ = OAuthClient.TryParse("user", text, file => file, out _);
        _ = AuthSocket.Parse(text, "/nowhere");
    });

    public static readonly FuzzTarget Certificates = new("pem-files",
    [
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n", "-----BEGIN EC PRIVATE KEY-----\n", "-----BEGIN RSA PRIVATE KEY-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "-----END ", "-----", "Proc-Type: 4,ENCRYPTED\n", "\n", "MIIB", "=", "\0",
    ], input =>
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "file.pem");
        File.WriteAllBytes(path, input);
        _ = PemFile.Read(path);
    });
}
