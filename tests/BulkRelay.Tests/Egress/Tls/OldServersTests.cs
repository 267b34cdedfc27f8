using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using BulkRelay.Core.Queue;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress.Tls;

/// <summary>Servers with old protocols and ciphers only: where mail may go in clear they get TLS, elsewhere the operator is told the cause.</summary>
public sealed class OldServersTests
{
    [Theory]
    [InlineData("AES128-SHA", TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA)]
    [InlineData("AES256-GCM-SHA384", TlsCipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384)]
    [InlineData("ECDHE-RSA-AES128-SHA", TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA)]
    public async Task Level_may_takes_the_ciphers_of_grade_medium_and_encrypt_says_that_none_is_shared(string name, TlsCipherSuite suite)
    {
        await using var sink = OldSink(SslProtocols.Tls12, suite);
        var (outcome, log) = await sink.DeliverAsync("example.com", "mx.test", ("smtp_tls_security_level", "may"));
        outcome.Action.ShouldBe(DeliveryAction.Delivered);
        log.ShouldContain($"TLSv1.2 with cipher {name} (");
        sink.Server.Connections.Count.ShouldBe(1);

        (outcome, _) = await sink.DeliverAsync("example.com", "mx.test", ("smtp_tls_security_level", "encrypt"));
        outcome.Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Reason.ShouldStartWith("Cannot start TLS: handshake failure: no shared cipher: ");
        outcome.Reason.ShouldContain("smtp_tls_mandatory_ciphers");
    }

    [Theory]
    [InlineData("TLSv1", 0xC0)]
    [InlineData("TLSv1.1", 0x300)]
    public async Task Level_may_takes_old_protocols_and_encrypt_says_that_it_is_the_protocol(string name, int protocol)
    {
        await using var sink = OldSink((SslProtocols)protocol, TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA);
        var (outcome, log) = await sink.DeliverAsync("example.com", "mx.test", ("smtp_tls_security_level", "may"));
        outcome.Action.ShouldBe(DeliveryAction.Delivered);
        log.ShouldContain($"TLS connection established to {sink.NameAs("mx.test")}: {name} with cipher ");
        sink.Server.Connections.Count.ShouldBe(1);

        (outcome, _) = await sink.DeliverAsync("example.com", "mx.test", ("smtp_tls_security_level", "encrypt"));
        outcome.Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Reason.ShouldStartWith("Cannot start TLS: handshake failure: protocol version: ");
        outcome.Reason.ShouldContain("smtp_tls_mandatory_protocols");
    }

    [Theory]
    [InlineData("smtp_tls_exclude_ciphers", "kRSA")]
    [InlineData("smtp_tls_protocols", ">=TLSv1.3")]
    public async Task What_is_excluded_is_not_used_at_level_may_either(string parameter, string value)
    {
        await using var sink = OldSink(SslProtocols.Tls12, TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA);
        var (outcome, log) = await sink.DeliverAsync("example.com", "mx.test", ("smtp_tls_security_level", "may"), (parameter, value));
        outcome.Action.ShouldBe(DeliveryAction.Delivered);
        log.ShouldNotContain("TLS connection established");
        log.ShouldContain("without TLS");
    }

    [Theory]
    [InlineData("127.0.0.1", "verify", true)]
    [InlineData("127.0.0.1", "secure", true)]
    [InlineData("127.0.0.2", "verify", false)]
    [InlineData("127.0.0.2", "secure", false)]
    public async Task An_address_in_the_certificate_is_the_name_of_a_server_that_is_called_by_it(string address, string level, bool isTaken)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("mx.test");
        names.AddDnsName("*.0.0.1");
        names.AddIpAddress(IPAddress.Parse(address));
        await using var sink = TlsSink.With(TestCertificate.Make("mx.test", TlsSink.Authority, extension: names.Build()));
        await using var fixture = new EgressFixture(("smtp_tls_CAfile", sink.CaFile), ("smtp_tls_security_level", level));
        var outcome = (await fixture.DeliverAsync(sink.Server.Nexthop)).Recipients[0];
        if (isTaken) outcome.Action.ShouldBe(DeliveryAction.Delivered, outcome.Reason);
        else outcome.Reason.ShouldBe("Server certificate not verified");
    }

#pragma warning disable SYSLIB0040 // As old as the servers of the test.
    private static TlsSink OldSink(SslProtocols protocol, params TlsCipherSuite[] suites)
    {
        var options = TlsSink.Options(TestCertificate.Make("mx.test", TlsSink.Authority, isRsa: true));
        options.EnabledSslProtocols = protocol;
        options.CipherSuitesPolicy = new CipherSuitesPolicy(suites);
        options.EncryptionPolicy = EncryptionPolicy.AllowNoEncryption;
        return new TlsSink(options);
    }
#pragma warning restore SYSLIB0040
}
