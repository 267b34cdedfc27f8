using System.Security.Cryptography;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Tls;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Tls;

public sealed class CertificateFilesTests : IDisposable
{
    private static readonly TestCertificate Authority = TestCertificate.Make("Test CA", isAuthority: true);
    private static readonly TestCertificate Ec = TestCertificate.Make("ec.test", Authority);
    private static readonly TestCertificate Rsa = TestCertificate.Make("rsa.test", Authority, isRsa: true);

    private readonly TemporaryFolder _folder = new();
    private readonly CertificateFiles _files = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_certificate_comes_with_its_issuers_and_its_key_from_another_file()
    {
        AddPair(Write("cert.pem", Rsa.CertificatePem, Authority.CertificatePem), Write("key.pem", Rsa.KeyPem));
        var own = _files.Certificates.ShouldHaveSingleItem();
        own.Certificate.HasPrivateKey.ShouldBeTrue();
        own.IsEllipticCurve.ShouldBeFalse();
        own.Chain.ShouldHaveSingleItem().Subject.ShouldBe("CN=Test CA");
        _files.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void Key_and_certificate_may_share_a_file_in_any_order()
    {
        AddPair(Write("both.pem", Ec.KeyPem, Ec.CertificatePem), "");
        _files.Certificates.ShouldHaveSingleItem().IsEllipticCurve.ShouldBeTrue();
    }

    [Fact]
    public void Keys_in_the_old_forms_of_RSA_and_EC_are_read()
    {
        AddPair(Write("rsa.pem", Rsa.CertificatePem), Write("rsa.key", ((RSA)Rsa.Key).ExportRSAPrivateKeyPem()));
        AddPair(Write("ec.pem", Ec.CertificatePem), Write("ec.key", ((ECDsa)Ec.Key).ExportECPrivateKeyPem()));
        _files.Faults.ShouldBeEmpty();
        _files.Certificates.Count.ShouldBe(2);
    }

    [Fact]
    public void Chain_files_hold_several_keys_each_before_its_certificates()
    {
        var first = Write("ec.pem", Ec.KeyPem, Ec.CertificatePem, Authority.CertificatePem);
        var second = Write("rsa.pem", Rsa.KeyPem);
        _files.AddChains("smtpd_tls_chain_files", [first, second, Write("rsa.crt", Rsa.CertificatePem)]);
        _files.Faults.ShouldBeEmpty();
        _files.Certificates.Select(c => c.Certificate.Subject).ShouldBe(["CN=ec.test", "CN=rsa.test"]);
        _files.Certificates[0].Chain.Count.ShouldBe(1);
    }

    [Fact]
    public void A_missing_file_is_a_fault_with_parameter_and_path()
    {
        AddPair(_folder.File("none.pem"), "");
        ShouldTell("smtpd_tls_cert_file", $"{_folder.File("none.pem")}: No such file or directory");
    }

    [Fact]
    public void A_key_of_another_certificate_is_a_fault_with_both_files()
    {
        AddPair(Write("cert.pem", Rsa.CertificatePem), Write("key.pem", Ec.KeyPem));
        ShouldTell("smtpd_tls_key_file", $"the private key in {_folder.File("key.pem")} does not belong to the certificate in {_folder.File("cert.pem")}");
    }

    [Fact]
    public void An_encrypted_key_is_a_fault_that_says_what_to_do()
    {
        var encrypted = Rsa.Key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000));
        AddPair(Write("cert.pem", Rsa.CertificatePem), Write("key.pem", encrypted));
        ShouldTell("smtpd_tls_key_file", "openssl pkey");
        _files.Faults[0].Message.ShouldContain(_folder.File("key.pem"));
    }

    [Fact]
    public void A_key_encrypted_in_the_old_way_is_the_same_fault()
    {
        var old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
        AddPair(Write("cert.pem", Rsa.CertificatePem), Write("key.pem", old));
        ShouldTell("smtpd_tls_key_file", "encrypted");
    }

    [Fact]
    public void Files_without_certificate_or_key_are_faults()
    {
        AddPair(Write("text.pem", "nothing"), "");
        ShouldTell("smtpd_tls_cert_file", "no certificate or key in PEM form");
    }

    [Fact]
    public void A_certificate_without_key_is_a_fault()
    {
        AddPair(Write("cert.pem", Ec.CertificatePem), "");
        ShouldTell("smtpd_tls_key_file", "no private key");
    }

    [Fact]
    public void A_certificate_out_of_its_time_is_a_warning()
    {
        var old = TestCertificate.Make("old.test", days: -1);
        AddPair(Write("old.pem", old.KeyPem, old.CertificatePem), "");
        _files.Certificates.Count.ShouldBe(1);
        _files.Faults.ShouldHaveSingleItem().Severity.ShouldBe(FaultSeverity.Warning);
    }

    [Fact]
    public void A_renewed_file_is_noticed()
    {
        var file = Write("both.pem", Ec.KeyPem, Ec.CertificatePem);
        AddPair(file, "");
        _files.HaveChanged.ShouldBeFalse();
        Write("both.pem", Rsa.KeyPem, Rsa.CertificatePem);
        _files.HaveChanged.ShouldBeTrue();
    }

    private void AddPair(string certificate, string key) => _files.AddPair(("smtpd_tls_cert_file", certificate), ("smtpd_tls_key_file", key));

    private string Write(string name, params string[] parts)
    {
        File.WriteAllText(_folder.File(name), string.Concat(parts));
        return _folder.File(name);
    }

    private void ShouldTell(string parameter, string text)
    {
        _files.Certificates.ShouldBeEmpty();
        var fault = _files.Faults.ShouldHaveSingleItem();
        fault.Severity.ShouldBe(FaultSeverity.Error);
        fault.Parameter.ShouldBe(parameter);
        fault.Message.ShouldContain(text);
    }
}
