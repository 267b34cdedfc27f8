using BulkRelay.Core.Configuration;
using BulkRelay.Core.Tls;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Tls;

public sealed class TrustStoreTests : IDisposable
{
    private static readonly TestCertificate Authority = TestCertificate.Make("Test CA", isAuthority: true);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_and_folder_are_read_and_only_the_file_is_named_to_clients()
    {
        File.WriteAllText(_folder.File("ca.pem"), Authority.CertificatePem);
        File.WriteAllText(_folder.File("5ed36f99.0"), TestCertificate.Make("Other CA", isAuthority: true).CertificatePem);
        File.WriteAllText(_folder.File("other.pem"), TestCertificate.Make("Not hashed", isAuthority: true).CertificatePem);
        var store = Load(_folder.File("ca.pem"), _folder.Path);
        store.Faults.ShouldBeEmpty();
        store.OfFile.ShouldHaveSingleItem().Subject.ShouldBe("CN=Test CA");
        store.All.Select(c => c.Subject).ShouldBe(["CN=Test CA", "CN=Other CA"]);
    }

    [Fact]
    public void What_is_not_there_is_an_error_with_parameter_path_and_reason()
    {
        var store = Load("/none/ca.pem", "/none/certs");
        store.Faults.ShouldAllBe(f => f.Severity == FaultSeverity.Error);
        store.Faults.Select(f => $"{f.Parameter}: {f.Message}").ShouldBe(
        [
            "smtpd_tls_CAfile: cannot load Certification Authority data, /none/ca.pem: No such file or directory",
            "smtpd_tls_CApath: cannot load Certification Authority data, /none/certs: No such file or directory",
        ]);
    }

    [Fact]
    public void A_folder_without_hashed_names_is_a_warning_that_says_how_to_make_them()
    {
        File.WriteAllText(_folder.File("ca.pem"), Authority.CertificatePem);
        var fault = Load("", _folder.Path).Faults.ShouldHaveSingleItem();
        fault.Severity.ShouldBe(FaultSeverity.Warning);
        fault.Message.ShouldContain($"openssl rehash {_folder.Path}");
    }

    [Fact]
    public void A_changed_file_is_noticed()
    {
        File.WriteAllText(_folder.File("ca.pem"), Authority.CertificatePem);
        var store = Load(_folder.File("ca.pem"), "");
        store.HasChanged.ShouldBeFalse();
        File.AppendAllText(_folder.File("ca.pem"), Authority.CertificatePem);
        store.HasChanged.ShouldBeTrue();
    }

    private static TrustStore Load(string file, string folder) => TrustStore.Load(("smtpd_tls_CAfile", file), ("smtpd_tls_CApath", folder), withSystem: false);
}
