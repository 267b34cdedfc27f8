using System.Security.Cryptography;
using BulkRelay.Core.Tls;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Tls;

/// <summary>Certificates of clients: what they are taken for, and what they permit.</summary>
public sealed class ClientCertificateTests : TlsTest
{
    private const string Refused = "554 5.7.1 <b@y.test>: Relay access denied";

    private static readonly TestCertificate Known = TestCertificate.Make("known.test", Authority);
    private static readonly TestCertificate Stranger = TestCertificate.Make("stranger.test");
    private static readonly TestCertificate Expired = TestCertificate.Make("expired.test", Authority, days: -1);

    [Theory]
    [InlineData("md5", false)]
    [InlineData("sha1", true)]
    [InlineData("sha256", false)]
    [InlineData("sha384", true)]
    [InlineData("sha512", false)]
    public async Task A_listed_fingerprint_permits_to_relay_and_no_other(string digest, bool ofPublicKey)
    {
        var algorithm = Fingerprint.Digests[digest];
        var listed = ofPublicKey ? Fingerprint.OfPublicKey(Stranger.Certificate, algorithm) : Fingerprint.OfCertificate(Stranger.Certificate, algorithm);
        Ask(("smtpd_tls_fingerprint_digest", digest), ("relay_clientcerts", $"inline:{{ {{ {listed} = Client XY }} }}"),
            ("smtpd_relay_restrictions", "permit_tls_clientcerts, reject_unauth_destination"));
        (await RelayAsync(Stranger)).ShouldBe("250 2.1.5 Ok");
        (await RelayAsync(Known)).ShouldBe(Refused);
        (await RelayAsync(null)).ShouldBe(Refused);
    }

    [Fact]
    public async Task Any_certificate_of_a_trusted_authority_permits_where_all_are_permitted()
    {
        Ask(("smtpd_relay_restrictions", "permit_tls_all_clientcerts, reject_unauth_destination"));
        (await RelayAsync(Known)).ShouldBe("250 2.1.5 Ok");
        (await RelayAsync(Stranger)).ShouldBe(Refused);
        (await RelayAsync(Expired)).ShouldBe(Refused);
        (await RelayAsync(null)).ShouldBe(Refused);
    }

    [Fact]
    public async Task A_chain_that_is_too_long_is_not_trusted()
    {
        Ask(("smtpd_tls_ccert_verifydepth", "0"), ("smtpd_relay_restrictions", "permit_tls_all_clientcerts, reject_unauth_destination"));
        (await RelayAsync(Known)).ShouldBe(Refused);
    }

    [Fact]
    public async Task A_table_decides_by_fingerprint()
    {
        var (good, bad) = (Fingerprint.OfCertificate(Known.Certificate, HashAlgorithmName.SHA256), Fingerprint.OfPublicKey(Stranger.Certificate, HashAlgorithmName.SHA256));
        Ask(("smtpd_relay_restrictions", $"check_ccert_access inline:{{ {{{good} = OK}}, {{{bad} = REJECT}} }}, reject_unauth_destination"));
        (await RelayAsync(Known)).ShouldBe("250 2.1.5 Ok");
        (await RelayAsync(Stranger)).ShouldBe($"554 5.7.1 <{bad}>: Client certificate rejected: Access denied");
        (await RelayAsync(null)).ShouldBe(Refused);
    }

    [Fact]
    public async Task The_order_in_which_a_table_is_asked_can_be_said()
    {
        var (whole, key) = (Fingerprint.OfCertificate(Known.Certificate, HashAlgorithmName.SHA256), Fingerprint.OfPublicKey(Known.Certificate, HashAlgorithmName.SHA256));
        var table = $"inline:{{ {{{whole} = REJECT}}, {{{key} = OK}} }}";
        Ask(("smtpd_relay_restrictions", $"check_ccert_access {{ {table}, {{ search_order = pubkey_fingerprint, cert_fingerprint }} }}, reject_unauth_destination"));
        (await RelayAsync(Known)).ShouldBe("250 2.1.5 Ok");
    }

    [Fact]
    public async Task Log_and_header_say_what_a_certificate_is_worth()
    {
        var headers = new List<string>();
        Submit = message =>
        {
            headers.Add(System.Text.Encoding.UTF8.GetString(message.Content.ToArray()));
            return ValueTask.FromResult(Core.Queue.Store.StoreResult.Stored);
        };
        Ask(("smtpd_tls_received_header", "yes"), ("mynetworks", "127.0.0.1"), ("smtpd_tls_loglevel", "2"));
        foreach (var certificate in new[] { Known, Stranger, null })
        {
            var (client, _) = await StartTlsAsync(certificate);
            await client.BeginMessageAsync();
            (await client.CommandAsync("Subject: x\r\n\r\n.")).ShouldStartWith("250 ");
        }
        headers[0].ShouldContain("\r\n\t(Client CN \"known.test\", Issuer \"Test CA\" (verified OK))\r\n\tby relay.test (BulkRelay) with ESMTPS id ");
        headers[1].ShouldContain("\r\n\t(Client CN \"stranger.test\", Issuer \"stranger.test\" (not verified))\r\n");
        headers[2].ShouldContain("\r\n\t(Client did not present a certificate)\r\n");
        var log = await StopAndReadLogAsync();
        log.ShouldContain("setting up TLS connection from unknown[127.0.0.1]");
        log.ShouldContain("Trusted TLS connection established from unknown[127.0.0.1]: TLSv1.3");
        log.ShouldContain("Untrusted TLS connection established from unknown[127.0.0.1]: TLSv1.3");
        log.ShouldContain("Anonymous TLS connection established from unknown[127.0.0.1]: TLSv1.3");
        log.ShouldContain($"unknown[127.0.0.1]: subject_CN=known.test, issuer=Test CA, fingerprint={Fingerprint.OfCertificate(Known.Certificate, HashAlgorithmName.SHA256)}, "
            + $"pkey_fingerprint={Fingerprint.OfPublicKey(Known.Certificate, HashAlgorithmName.SHA256)}");
    }

    [Theory]
    [InlineData(true, "421 4.7.1 relay.test Error: Client certificate not trusted")]
    [InlineData(false, "421 4.7.1 relay.test Error: No client certificate presented")]
    public async Task Where_a_certificate_is_demanded_a_client_without_a_trusted_one_is_sent_away(bool hasCertificate, string reply)
    {
        Ask(("smtpd_tls_security_level", "encrypt"), ("smtpd_tls_req_ccert", "yes"));
        var (client, _) = await StartTlsAsync(hasCertificate ? Stranger : null);
        (await client.ReadReplyAsync()).ShouldBe(reply);
        (await client.ReadReplyAsync()).ShouldBeNull();
        var (welcome, _) = await StartTlsAsync(Known);
        (await welcome.CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        (await StopAndReadLogAsync()).ShouldContain($"NOQUEUE: abort: TLS from unknown[127.0.0.1]: {reply[reply.IndexOf("Error: ", StringComparison.Ordinal)..][7..]}");
    }

    private void Ask(params (string, string)[] settings) => ConfigureTls([("smtpd_tls_ask_ccert", "yes"), ("mynetworks", "192.0.2.1"), .. settings]);

    private async Task<string> RelayAsync(TestCertificate? certificate)
    {
        var (client, _) = await StartTlsAsync(certificate);
        (await client.CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        (await client.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
        return await client.CommandAsync("RCPT TO:<b@y.test>");
    }
}
