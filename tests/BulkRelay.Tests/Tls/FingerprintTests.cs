using BulkRelay.Core.Tls;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Tls;

public class FingerprintTests
{
    [Theory]
    [InlineData("md5", 16)]
    [InlineData("sha1", 20)]
    [InlineData("sha256", 32)]
    [InlineData("sha384", 48)]
    [InlineData("sha512", 64)]
    public void Every_digest_gives_pairs_of_digits_with_colons(string digest, int octets)
    {
        var certificate = TestCertificate.Make("client.test").Certificate;
        var algorithm = Fingerprint.Digests[digest];
        var (whole, key) = (Fingerprint.OfCertificate(certificate, algorithm), Fingerprint.OfPublicKey(certificate, algorithm));
        whole.ShouldMatch($"^([0-9A-F]{{2}}:){{{octets - 1}}}[0-9A-F]{{2}}$");
        key.Length.ShouldBe(whole.Length);
        key.ShouldNotBe(whole);
        whole.Replace(":", "").ShouldBe(certificate.GetCertHashString(algorithm));
    }

    [Fact]
    public void Case_does_not_matter_and_every_digit_does()
    {
        Fingerprint.Matches("aa:BB:01", "AA:BB:01").ShouldBeTrue();
        Fingerprint.Matches("aa:BB:02", "AA:BB:01").ShouldBeFalse();
        Fingerprint.Matches("aa:BB", "AA:BB:01").ShouldBeFalse();
    }
}
