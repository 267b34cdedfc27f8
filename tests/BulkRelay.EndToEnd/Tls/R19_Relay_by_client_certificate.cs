using BulkRelay.EndToEnd.Harness;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.EndToEnd.Tls;

/// <summary>Who may relay because of a certificate: the page's configuration, with <c>openssl s_client</c> as the client.</summary>
public sealed class R19_Relay_by_client_certificate : IAsyncLifetime
{
    private const string Permitted = "250 2.1.5 Ok";
    private const string Refused = "554 5.7.1 <b@elsewhere.test>: Relay access denied";

    private readonly TlsFiles _files = new();
    private readonly string[] _listed;
    private readonly string[] _unlisted;
    private readonly string[] _foreign;
    private readonly string[] _expired;
    private RelayProcess? _relay;

    public R19_Relay_by_client_certificate()
    {
        _listed = _files.Write("listed", TestCertificate.Make("Client XY", _files.Authority, isRsa: true));
        _unlisted = _files.Write("unlisted", TestCertificate.Make("unlisted.test", _files.Authority));
        var other = TestCertificate.Make("Other CA", isRsa: true, isAuthority: true);
        _foreign = _files.Write("foreign", TestCertificate.Make("foreign.test", other, isRsa: true));
        _expired = _files.Write("expired", TestCertificate.Make("expired.test", _files.Authority, days: -1));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_relay is not null) await _relay.DisposeAsync();
        _files.Dispose();
    }

    /// <summary>As the page has it; the digest is said, because its default was md5 when the page was written.</summary>
    [Fact]
    public async Task The_pages_list_of_md5_fingerprints_lets_the_listed_client_relay()
    {
        await File.WriteAllTextAsync(_files.PathOf("relay_clientcerts"), $"""
            # List all client-certs that are allowed to srelay mail over me
            # only MD5-Fingerprints (not SHA-1) seems to work, the comment is unimportant.
            # you get the fingerprint with: "openssl x509 -md5 -noout -fingerprint -in FILENAME-OF-CRT"
            {await _files.FingerprintAsync("listed", "md5")} Client XY

            """);
        await StartAsync($"""
            # ask clients for certs:
            smtpd_tls_ask_ccert=yes
            permit_tls_all_clientcerts = yes
            # SSL-Debug:
            # smtpd_tls_loglevel = 1
            # Fingerprints of SSL-Certs i trust and relay for (i am the relay for these hosts and they auth via their ssl-Cert)
            relay_clientcerts = btree:{_files.PathOf("relay_clientcerts")}
            # TLS parameters (certs/keys in pem-format)
            smtpd_tls_cert_file= {_files.ServerCertificate}
            smtpd_tls_key_file= {_files.ServerKey}
            smtpd_tls_CAfile= {_files.CaFile}
            # enable STARTTLS outgoing:
            smtp_tls_security_level=may
            # enable STARTTLS incoming:
            smtpd_tls_security_level=may
            smtpd_recipient_restrictions = permit_tls_clientcerts, reject_unauth_destination
            smtpd_relay_restrictions = permit_tls_clientcerts, reject_unauth_destination
            smtpd_tls_fingerprint_digest = md5
            """);
        (await RcptAsync(_listed)).ShouldBe(Permitted);
        (await RcptAsync(_unlisted)).ShouldBe(Refused);
        (await RcptAsync(_foreign)).ShouldBe(Refused);
        (await RcptAsync([])).ShouldBe(Refused);
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task Fingerprints_of_certificates_and_of_public_keys_as_openssl_prints_them(string digest)
    {
        var (whole, key) = (await _files.FingerprintAsync("listed", digest), await _files.PublicKeyFingerprintAsync("foreign", digest));
        await StartAsync($$"""
            smtpd_tls_ask_ccert = yes
            relay_clientcerts = inline:{ { {{whole}} = one }, { {{key}} = two } }
            smtpd_relay_restrictions = permit_tls_clientcerts, reject_unauth_destination
            smtpd_tls_fingerprint_digest = {{digest}}
            smtpd_tls_security_level = may
            {{_files.MainCf}}
            """);
        (await RcptAsync(_listed)).ShouldBe(Permitted);
        (await RcptAsync(_foreign)).ShouldBe(Permitted);
        (await RcptAsync(_unlisted)).ShouldBe(Refused);
    }

    [Fact]
    public async Task Every_trusted_certificate_lets_its_client_relay_where_all_do()
    {
        await StartAsync($"""
            smtpd_tls_ask_ccert = yes
            smtpd_relay_restrictions = permit_tls_all_clientcerts, reject_unauth_destination
            smtpd_tls_security_level = may
            {_files.MainCf}
            """);
        (await RcptAsync(_listed)).ShouldBe(Permitted);
        (await RcptAsync(_unlisted)).ShouldBe(Permitted);
        (await RcptAsync(_expired)).ShouldBe(Refused);
        (await RcptAsync(_foreign)).ShouldBe(Refused);
        (await RcptAsync([])).ShouldBe(Refused);
    }

    [Fact]
    public async Task A_table_decides_about_certificates()
    {
        await File.WriteAllTextAsync(_files.PathOf("access"), $"""
            {await _files.FingerprintAsync("listed", "sha256")} OK
            {await _files.PublicKeyFingerprintAsync("unlisted", "sha256")} REJECT this key was stolen
            """ + "\n");
        await StartAsync($"""
            smtpd_tls_ask_ccert = yes
            smtpd_relay_restrictions = check_ccert_access hash:{_files.PathOf("access")}, reject_unauth_destination
            smtpd_tls_security_level = may
            {_files.MainCf}
            """);
        (await RcptAsync(_listed)).ShouldBe(Permitted);
        (await RcptAsync(_unlisted))!.ShouldEndWith(">: Client certificate rejected: this key was stolen");
        (await RcptAsync(_foreign)).ShouldBe(Refused);
    }

    [Fact]
    public async Task A_certificate_can_be_demanded()
    {
        await StartAsync($"""
            smtpd_tls_req_ccert = yes
            smtpd_tls_security_level = encrypt
            {_files.MainCf}
            """);
        (await GreetAsync([])).ShouldBe("421 4.7.1 relay.test Error: No client certificate presented");
        (await GreetAsync(_foreign)).ShouldBe("421 4.7.1 relay.test Error: Client certificate not trusted");
        (await GreetAsync(_expired)).ShouldBe("421 4.7.1 relay.test Error: Client certificate not trusted");
        (await GreetAsync(_unlisted)).ShouldBe("250 CHUNKING");
        var names = await SClient.AskAsync(_relay!.Port);
        names.ShouldContain("Acceptable client certificate CA names");
        names.ShouldContain("CN = Test CA");
    }

    private async Task StartAsync(string mainCf)
    {
        // From loopback: nobody is in mynetworks, so the certificate decides.
        _relay = new RelayProcess($"default_transport = discard:\nmynetworks = 192.0.2.1\n{mainCf}");
        await _relay.StartAsync();
    }

    private async Task<string?> GreetAsync(string[] certificate)
    {
        await using var client = SClient.Start(_relay!.Port, certificate);
        return await client.CommandAsync("EHLO client.test");
    }

    private async Task<string?> RcptAsync(string[] certificate)
    {
        await using var client = SClient.Start(_relay!.Port, certificate);
        (await client.CommandAsync("EHLO client.test")).ShouldBe("250 CHUNKING");
        (await client.CommandAsync("MAIL FROM:<a@x.test>")).ShouldBe("250 2.1.0 Ok");
        return await client.CommandAsync("rcpt to:<b@elsewhere.test>");
    }
}
