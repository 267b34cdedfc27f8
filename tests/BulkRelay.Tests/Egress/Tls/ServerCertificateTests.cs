using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Tls;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress.Tls;

/// <summary>What certificates a client takes at which level, and what it says of the others.</summary>
public sealed class ServerCertificateTests
{
    private const string Unverified = "Server certificate not verified";

    [Theory]
    [InlineData("secure", "smtp_tls_secure_cert_match", "nexthop, dot-nexthop", "example.com", true)]
    [InlineData("secure", "smtp_tls_secure_cert_match", "nexthop, dot-nexthop", "mx.example.com", true)]
    [InlineData("secure", "smtp_tls_secure_cert_match", "nexthop", "mx.example.com", false)]
    [InlineData("secure", "smtp_tls_secure_cert_match", "nexthop, dot-nexthop", "mx.provider.test", false)]
    [InlineData("verify", "smtp_tls_verify_cert_match", "hostname", "mx.provider.test", true)]
    [InlineData("verify", "smtp_tls_verify_cert_match", "hostname", "example.com", false)]
    [InlineData("verify", "smtp_tls_verify_cert_match", "hostname", "*.provider.test", true)]
    [InlineData("verify", "smtp_tls_verify_cert_match", "hostname", "*.test", false)]
    [InlineData("verify", "smtp_tls_verify_cert_match", "hostname", "*.*", false)]
    [InlineData("verify", "smtp_tls_verify_cert_match", "hostname", "*", false)]
    [InlineData("verify", "smtp_tls_verify_cert_match", "hostname", "m*.provider.test", false)]
    [InlineData("verify", "smtp_tls_verify_cert_match", "hostname", "mx.provider.test\0.evil.test", false)]
    [InlineData("verify", "smtp_tls_verify_cert_match", "hostname", "mx.provider.test\0", false)]
    [InlineData("verify", "smtp_tls_verify_cert_match", "hostname", "mx.provider.test.evil.test", false)]
    [InlineData("verify", "smtp_tls_verify_cert_match", "other.test:.provider.test", "mx.provider.test", true)]
    public async Task A_certificate_has_to_be_for_the_name(string level, string parameter, string match, string name, bool isTaken)
    {
        await using var sink = TlsSink.With(TestCertificate.Make("whatever", TlsSink.Authority, names: name));
        var (outcome, log) = await sink.DeliverAsync("example.com", "mx.provider.test", ("smtp_tls_security_level", level), (parameter, match));
        if (isTaken)
        {
            outcome.Action.ShouldBe(DeliveryAction.Delivered);
            log.ShouldContain($"Verified TLS connection established to {sink.NameAs("mx.provider.test")}: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)");
            return;
        }
        await ShouldBeUnverifiedAsync(sink, outcome);
        log.ShouldContain($"server certificate verification failed for {sink.NameAs("mx.provider.test")}: num=62:hostname mismatch");
        log.ShouldContain("Trusted TLS connection established to ");
    }

    [Fact]
    public async Task The_common_name_counts_only_where_there_are_no_other_names()
    {
        await using var without = TlsSink.With(TestCertificate.Make("example.com", TlsSink.Authority));
        (await without.DeliverAsync("example.com", "mx.test", ("smtp_tls_security_level", "secure"))).Outcome.Action.ShouldBe(DeliveryAction.Delivered);
        await using var with = TlsSink.With(TestCertificate.Make("example.com", TlsSink.Authority, names: "other.test"));
        (await with.DeliverAsync("example.com", "mx.test", ("smtp_tls_security_level", "secure"))).Outcome.Reason.ShouldBe(Unverified);
    }

    [Theory]
    [InlineData("expired", "server certificate verification failed for NAME: certificate has expired")]
    [InlineData("not yet valid", "server certificate verification failed for NAME: certificate not yet valid")]
    [InlineData("self-signed", "certificate verification failed for NAME: self-signed certificate")]
    [InlineData("other authority", "certificate verification failed for NAME: untrusted issuer /CN=Evil CA")]
    [InlineData("forged", "server certificate verification failed for NAME: num=7:certificate signature failure")]
    [InlineData("for clients", "certificate verification failed for NAME: not designated for use as a server certificate")]
    [InlineData("no authority", "untrusted")]
    [InlineData("too deep", "certificate verification failed for NAME: certificate chain longer than limit(0)")]
    public async Task A_certificate_has_to_be_of_a_trusted_authority(string kind, string complaint)
    {
        await using var sink = MakeBroken(kind);
        (string, string)[] settings = [("smtp_tls_security_level", "secure"), ("smtp_tls_scert_verifydepth", kind == "too deep" ? "0" : "9")];
        var (outcome, log) = await sink.DeliverAsync("example.com", "mx.test", settings);
        await ShouldBeUnverifiedAsync(sink, outcome);
        log.ShouldContain(complaint.Replace("NAME", sink.NameAs("mx.test")));
        log.ShouldContain("Untrusted TLS connection established to ");
        log.ShouldContain("subject_CN=example.com, issuer_CN=");
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("self-signed")]
    [InlineData("forged")]
    public async Task Where_nobody_asks_who_it_is_any_certificate_will_do(string kind)
    {
        await using var sink = MakeBroken(kind);
        var (outcome, log) = await sink.DeliverAsync("example.com", "mx.test", ("smtp_tls_security_level", "encrypt"));
        outcome.Action.ShouldBe(DeliveryAction.Delivered);
        log.ShouldContain("Untrusted TLS connection established to ");
        log.ShouldNotContain("verification failed");
    }

    [Fact]
    public async Task Without_authorities_nothing_is_trusted()
    {
        await using var sink = TlsSink.With(TestCertificate.Make("example.com", TlsSink.Authority));
        var (outcome, _) = await sink.DeliverAsync("example.com", "mx.test", ("smtp_tls_security_level", "secure"), ("smtp_tls_CAfile", ""));
        await ShouldBeUnverifiedAsync(sink, outcome);
    }

    [Theory]
    [InlineData("sha256", false, true)]
    [InlineData("sha1", false, true)]
    [InlineData("md5", true, true)]
    [InlineData("sha512", true, true)]
    [InlineData("sha256", true, false)]
    public async Task A_fingerprint_of_certificate_or_key_is_enough_by_itself(string digest, bool isOfKey, bool isTaken)
    {
        var certificate = TestCertificate.Make("expired and of nobody", days: -2);
        await using var sink = TlsSink.With(certificate);
        var algorithm = Fingerprint.Digests[digest];
        var known = isTaken ? certificate.Certificate : TlsSink.Authority.Certificate;
        var fingerprint = isOfKey ? Fingerprint.OfPublicKey(known, algorithm).ToLowerInvariant() : Fingerprint.OfCertificate(known, algorithm);
        var (outcome, log) = await sink.DeliverAsync("example.com", "mx.test", ("smtp_tls_security_level", "fingerprint"),
            ("smtp_tls_fingerprint_digest", digest), ("smtp_tls_fingerprint_cert_match", $"AA:BB, {fingerprint}"));
        if (!isTaken)
        {
            await ShouldBeUnverifiedAsync(sink, outcome);
            log.ShouldContain($"certificate verification failed for {sink.NameAs("mx.test")}: not trusted by local or TLSA policy");
            log.ShouldContain($"fingerprint={Fingerprint.OfCertificate(certificate.Certificate, algorithm)}");
            return;
        }
        outcome.Action.ShouldBe(DeliveryAction.Delivered);
        log.ShouldContain("Verified TLS connection established to ");
    }

    [Theory]
    [InlineData("root", true)]
    [InlineData("middle", true)]
    [InlineData("key of the middle", true)]
    [InlineData("another", false)]
    public async Task A_trust_anchor_takes_the_place_of_all_authorities(string anchor, bool isTaken)
    {
        var middle = TestCertificate.Make("Middle CA", TlsSink.Authority, isAuthority: true);
        await using var sink = TlsSink.With(TestCertificate.Make("example.com", middle), middle);
        var file = sink.Folder.Write("anchor.pem", anchor switch
        {
            "root" => TlsSink.Authority.CertificatePem,
            "middle" => middle.CertificatePem,
            "another" => TestCertificate.Make("Another CA", isAuthority: true).CertificatePem,
            _ => PemEncoding.WriteString("PUBLIC KEY", middle.Certificate.PublicKey.ExportSubjectPublicKeyInfo()),
        });
        (string, string)[] settings = [("smtp_tls_security_level", "secure"), ("smtp_tls_trust_anchor_file", file)];
        if (isTaken && anchor != "root") settings = [.. settings, ("smtp_tls_CAfile", "")];
        var (outcome, _) = await sink.DeliverAsync("example.com", "mx.test", settings);
        if (isTaken) outcome.Action.ShouldBe(DeliveryAction.Delivered, outcome.Reason);
        else await ShouldBeUnverifiedAsync(sink, outcome);
    }

    [Fact]
    public async Task A_certificate_that_only_claims_to_be_of_a_trust_anchor_is_refused()
    {
        var (middle, impostor) = (TestCertificate.Make("Middle CA", TlsSink.Authority, isAuthority: true), TestCertificate.Make("Middle CA", isAuthority: true));
        await using var sink = TlsSink.With(TestCertificate.Make("example.com", impostor), middle);
        var file = sink.Folder.Write("anchor.pem", middle.CertificatePem);
        var (outcome, _) = await sink.DeliverAsync("example.com", "mx.test", ("smtp_tls_security_level", "secure"), ("smtp_tls_trust_anchor_file", file));
        await ShouldBeUnverifiedAsync(sink, outcome);
    }

    [Theory]
    [InlineData("encrypt")]
    [InlineData("secure")]
    public async Task A_server_of_yesterday_gets_no_mail_where_tls_is_asked_for(string level)
    {
        var options = TlsSink.Options(TestCertificate.Make("example.com", TlsSink.Authority));
        options.EnabledSslProtocols = SslProtocols.Tls12;
        await using var sink = new TlsSink(options);
        var (outcome, log) = await sink.DeliverAsync("example.com", "mx.test", ("smtp_tls_security_level", level), ("smtp_tls_mandatory_protocols", ">=TLSv1.3"));
        outcome.Status.ToString().ShouldBe("4.7.5");
        outcome.Reason.ShouldStartWith("Cannot start TLS: handshake failure: protocol version: ");
        log.ShouldContain($"SSL_connect error to {sink.NameAs("mx.test")}: ");
        (await sink.Server.EndedAsync())[0].Received.ShouldEndWith("STARTTLS\r\n");
    }

    [Theory]
    [InlineData("encrypt")]
    [InlineData("may")]
    public async Task A_certificate_larger_than_any_sensible_one_breaks_nothing(string level)
    {
        var huge = TestCertificate.Make("example.com", TlsSink.Authority, extension: new X509Extension("1.3.6.1.4.1.99999.1", new byte[200_000], false));
        await using var sink = TlsSink.With(huge);
        var (outcome, _) = await sink.DeliverAsync("example.com", "mx.test", ("smtp_tls_security_level", level));
        outcome.Action.ShouldBe(level == "may" ? DeliveryAction.Delivered : DeliveryAction.Deferred);
        if (level != "may") outcome.Reason.ShouldStartWith("Cannot start TLS: handshake failure");
    }

    private static TlsSink MakeBroken(string kind)
    {
        switch (kind)
        {
            case "expired": return TlsSink.With(TestCertificate.Make("example.com", TlsSink.Authority, days: -2));
            case "not yet valid": return TlsSink.With(TestCertificate.Make("example.com", TlsSink.Authority, days: 500));
            case "self-signed": return TlsSink.With(TestCertificate.Make("example.com"));
            case "other authority": return TlsSink.With(TestCertificate.Make("example.com", TestCertificate.Make("Evil CA", isAuthority: true)));
            case "forged": return TlsSink.With(TestCertificate.Make("example.com", TestCertificate.Make("Test CA", isAuthority: true)));
            case "no authority":
                var plain = TestCertificate.Make("Plain", TlsSink.Authority);
                return TlsSink.With(TestCertificate.Make("example.com", plain), plain);
            case "too deep": return TlsSink.With(TestCertificate.Make("example.com", TlsSink.Authority));
            default:
                var usage = new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], true);
                return TlsSink.With(TestCertificate.Make("example.com", TlsSink.Authority, extension: usage));
        }
    }

    /// <summary>Deferred, and the server has heard nothing of the mail and a polite end.</summary>
    private static async Task ShouldBeUnverifiedAsync(TlsSink sink, RecipientOutcome outcome)
    {
        outcome.Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Status.ToString().ShouldBe("4.7.5");
        outcome.Reason.ShouldBe(Unverified);
        (await sink.Server.EndedAsync())[0].Received.ShouldEndWith("STARTTLS\r\nQUIT\r\n");
    }
}
