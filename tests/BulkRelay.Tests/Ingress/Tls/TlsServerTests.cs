using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Tls;

/// <summary>What the configuration says about TLS of a server, and what is wrong with it.</summary>
public sealed class TlsServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _certificate;

    public TlsServerTests()
    {
        var made = TestCertificate.Make("relay.test");
        _certificate = _folder.Write("server.pem", made.KeyPem + made.CertificatePem);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "no", "no", "no", false, false)]
    [InlineData("", "yes", "no", "no", true, false)]
    [InlineData("", "no", "yes", "no", true, true)]
    [InlineData("none", "yes", "yes", "no", false, false)]
    [InlineData("may", "no", "yes", "no", true, false)]
    [InlineData("encrypt", "no", "no", "no", true, true)]
    [InlineData("none", "no", "no", "yes", true, true)]
    public void Level_old_names_and_wrapper_mode_say_how_much_TLS_there_is(string level, string use, string enforce, string wrapper, bool isOffered, bool isRequired)
    {
        var policy = Compile(("smtpd_tls_security_level", level), ("smtpd_use_tls", use), ("smtpd_enforce_tls", enforce), ("smtpd_tls_wrappermode", wrapper));
        policy.Faults.ShouldBeEmpty();
        policy.Tls.IsOffered.ShouldBe(isOffered);
        policy.Tls.IsRequired.ShouldBe(isRequired);
        policy.Tls.AllowsAuthInClear.ShouldBe(!isRequired);
    }

    [Fact]
    public void Without_TLS_no_file_of_it_is_looked_at() =>
        Compile(("smtpd_tls_CApath", "/none"), ("smtpd_tls_chain_files", "/none")).Faults.ShouldBeEmpty();

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var faults = Compile(("smtpd_tls_security_level", "may"), ("smtpd_tls_chain_files", "/none/a.pem"), ("smtpd_tls_CAfile", "/none/ca.pem"),
            ("smtpd_tls_CApath", "/none/certs"), ("smtpd_tls_protocols", "!TLSv1.2 !TLSv1.3"), ("smtpd_tls_ciphers", "strong"),
            ("smtpd_tls_eecdh_grade", "some"), ("smtpd_tls_fingerprint_digest", "crc"), ("tls_server_sni_maps", "nonsense:x")).Faults;
        faults.ShouldAllBe(f => f.Severity == FaultSeverity.Error);
        faults.Select(f => f.Parameter).ShouldBe(["smtpd_tls_chain_files", "smtpd_tls_CAfile", "smtpd_tls_CApath", "smtpd_tls_protocols",
            "smtpd_tls_ciphers", "smtpd_tls_eecdh_grade", "smtpd_tls_fingerprint_digest", "tls_server_sni_maps"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("may", FaultSeverity.Warning)]
    [InlineData("encrypt", FaultSeverity.Error)]
    public void No_certificate_is_an_error_only_where_nothing_goes_without_TLS(string level, FaultSeverity severity)
    {
        var fault = Compile(("smtpd_tls_security_level", level), ("smtpd_tls_chain_files", "")).Faults.ShouldHaveSingleItem();
        fault.Severity.ShouldBe(severity);
        fault.Message.ShouldContain("bulkrelay tls self-signed");
    }

    [Fact]
    public void A_level_of_the_client_means_encrypt_and_is_told()
    {
        var policy = Compile(("smtpd_tls_security_level", "verify"));
        policy.Tls.IsRequired.ShouldBeTrue();
        policy.Faults.ShouldHaveSingleItem().Message.ShouldStartWith("unsupported TLS level \"verify\", using \"encrypt\"");
    }

    [Fact]
    public void Names_of_protocols_and_ciphers_that_mean_nothing_are_warnings_that_name_them()
    {
        var faults = Compile(("smtpd_tls_security_level", "may"), ("smtpd_tls_protocols", "!SSLv2,!SSLv3,!TLSv7"), ("smtpd_tls_exclude_ciphers", "RC4, FOO")).Faults;
        faults.ShouldAllBe(f => f.Severity == FaultSeverity.Warning);
        faults.Select(f => f.ToString()).ShouldBe([
            "main.cf: warning: smtpd_tls_protocols: unknown protocol TLSv7: use SSLv2, SSLv3, TLSv1, TLSv1.1, TLSv1.2, TLSv1.3",
            "main.cf: warning: smtpd_tls_exclude_ciphers: this TLS stack does not have the cipher RC4: it is never used, with or without this setting",
            "main.cf: warning: smtpd_tls_exclude_ciphers: unknown cipher FOO: correct or remove the name ('openssl ciphers' lists those that are known)",
        ]);
    }

    [Fact]
    public void An_argument_of_check_ccert_access_that_is_none_is_a_fault()
    {
        foreach (var argument in new[] { "{ }", "table", "{ inline:{a=b}, { order = x } }", "{ inline:{a=b}, { search_order = nonsense } }" })
            Compile(("smtpd_relay_restrictions", $"check_ccert_access {argument}, reject")).Faults.ShouldNotBeEmpty(argument);
    }

    private SmtpdPolicy Compile(params (string, string)[] settings) =>
        SmtpdPolicy.Compile(ConfigSnapshot.With([("smtpd_tls_chain_files", _certificate), .. settings]), TimeProvider.System, _ => { });
}
