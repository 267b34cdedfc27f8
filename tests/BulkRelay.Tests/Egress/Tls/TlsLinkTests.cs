using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Queue;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress.Tls;

/// <summary>What a client shows and sends in the handshake, and when it does without.</summary>
public sealed class TlsLinkTests
{
    private static readonly TestCertificate Certificate = TestCertificate.Make("mx", TlsSink.Authority, names: ["mx.provider.test", "example.com"]);

    [Theory]
    [InlineData("", "")]
    [InlineData("hostname", "mx.provider.test")]
    [InlineData("nexthop", "example.com")]
    [InlineData("other.test", "other.test")]
    public async Task The_server_hears_the_name_that_the_operator_wants_it_to_hear(string parameter, string name)
    {
        var heard = new List<string>();
        await using var sink = new TlsSink(Listening(hello => heard.Add(hello)));
        var (outcome, _) = await sink.DeliverAsync("example.com", "mx.provider.test", ("smtp_tls_security_level", "secure"), ("smtp_tls_servername", parameter));
        outcome.Action.ShouldBe(DeliveryAction.Delivered);
        heard.ShouldBe([name]);
    }

    [Fact]
    public async Task A_name_of_the_policy_goes_before_that_of_the_parameter()
    {
        var heard = new List<string>();
        await using var sink = new TlsSink(Listening(hello => heard.Add(hello)));
        await sink.DeliverAsync("example.com", "mx.provider.test", ("smtp_tls_servername", "hostname"),
            ("smtp_tls_policy_maps", "inline:{ { example.com = encrypt servername=own.test } }"));
        heard.ShouldBe(["own.test"]);
    }

    [Theory]
    [InlineData("pair")]
    [InlineData("one file")]
    [InlineData("EC pair")]
    [InlineData("chain")]
    [InlineData("none")]
    public async Task The_client_shows_its_certificate_to_a_server_that_asks(string kind)
    {
        var own = TestCertificate.Make("relay.test", TlsSink.Authority, isRsa: kind != "EC pair");
        string? shown = null;
        await using var sink = new TlsSink(Asking(subject => shown = subject));
        var (certificate, key) = (sink.Folder.Write("c.pem", own.CertificatePem), sink.Folder.Write("k.pem", own.KeyPem));
        (string, string)[] settings = kind switch
        {
            "pair" => [("smtp_tls_cert_file", certificate), ("smtp_tls_key_file", key)],
            "one file" => [("smtp_tls_cert_file", sink.Folder.Write("both.pem", own.KeyPem + own.CertificatePem))],
            "EC pair" => [("smtp_tls_eccert_file", certificate), ("smtp_tls_eckey_file", key)],
            "chain" => [("smtp_tls_chain_files", sink.Folder.Write("chain.pem", own.KeyPem + own.CertificatePem + TlsSink.Authority.CertificatePem))],
            _ => [],
        };
        var (outcome, _) = await sink.DeliverAsync("example.com", "mx.provider.test", [("smtp_tls_security_level", "encrypt"), .. settings]);
        outcome.Action.ShouldBe(DeliveryAction.Delivered);
        shown.ShouldBe(kind == "none" ? "" : "CN=relay.test");
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_on_the_next_connection_and_one_that_cannot_be_read_changes_nothing()
    {
        var subjects = new List<string>();
        await using var sink = new TlsSink(Asking(subjects.Add));
        var file = sink.Folder.Write("own.pem", Pem("old.test"));
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "encrypt"), ("smtp_tls_cert_file", file));
        var agent = fixture.CreateAgent(sink.Server.Nexthop);

        await DeliverAsync(agent, sink);
        await File.WriteAllTextAsync(file, Pem("new.test") + "\n");
        await DeliverAsync(agent, sink);
        await File.WriteAllTextAsync(file, "nothing");
        await DeliverAsync(fixture.CreateAgent(sink.Server.Nexthop), sink);

        subjects.ShouldBe(["CN=old.test", "CN=new.test", "CN=new.test"]);
        fixture.CloseLog().ShouldContain("warning: smtp_tls_cert_file: ");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_an_error_at_the_start()
    {
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "may"), ("smtp_tls_cert_file", "/none/c.pem"), ("smtp_tls_CAfile", "/none/ca.pem"));
        fixture.Tables.Faults.Where(f => f.Severity == FaultSeverity.Error).Select(f => f.Parameter)
            .ShouldBe(["smtp_tls_cert_file", "smtp_tls_CAfile"], ignoreOrder: true);
    }

    [Fact]
    public async Task Without_tls_files_are_not_even_looked_at()
    {
        await using var fixture = new EgressFixture(("smtp_tls_cert_file", "/none/c.pem"));
        fixture.Tables.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task In_wrapper_mode_tls_comes_first_and_is_not_started_again()
    {
        await using var server = new ScriptedServer(async c =>
        {
            await c.StartTlsAsync();
            await c.GreetAsync("STARTTLS");
            await c.TakeMailAsync();
        })
        { Tls = TlsSink.Options(Certificate) };
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "encrypt"), ("smtp_tls_wrappermode", "yes"), ("smtp_tls_loglevel", "1"));

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);

        (await server.EndedAsync())[0].Received.ShouldNotContain("STARTTLS");
        fixture.CloseLog().ShouldContain($"Untrusted TLS connection established to 127.0.0.1[127.0.0.1]:{server.Port}: TLSv1.3 with cipher ");
    }

    [Fact]
    public async Task A_certificate_that_will_not_do_ends_wrapper_mode_before_a_word_is_said()
    {
        await using var server = new ScriptedServer(c => c.StartTlsAsync()) { Tls = TlsSink.Options(Certificate) };
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "secure"), ("smtp_tls_wrappermode", "yes"));

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Reason.ShouldBe("Server certificate not verified");

        (await server.EndedAsync())[0].Received.ShouldBe("QUIT\r\n");
    }

    [Fact]
    public async Task Wrapper_mode_asks_for_a_level_that_keeps_to_it()
    {
        await using var server = new ScriptedServer(_ => Task.CompletedTask);
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "may"), ("smtp_tls_wrappermode", "yes"));
        var outcome = (await fixture.DeliverAsync(server.Nexthop)).Recipients[0];
        outcome.Status.ToString().ShouldBe("4.7.5");
        outcome.Reason.ShouldBe("client TLS configuration problem: TLS from the first octet on requires smtp_tls_security_level = encrypt (or stronger)");
        server.Connections.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_policy_that_cannot_be_known_keeps_the_mail_and_makes_no_connection()
    {
        await using var server = new ScriptedServer(_ => Task.CompletedTask);
        await using var fixture = new EgressFixture(("smtp_tls_policy_maps", "fail:now"));
        var outcome = (await fixture.DeliverAsync(server.Nexthop)).Recipients[0];
        outcome.Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Status.ToString().ShouldBe("4.7.5");
        outcome.Reason.ShouldStartWith($"client TLS configuration problem: smtp_tls_policy_maps, next-hop destination \"{server.Nexthop}\": ");
        server.Connections.ShouldBeEmpty();
        fixture.CloseLog().ShouldContain($"warning: TLS policy lookup for {server.Nexthop}/127.0.0.1: client TLS configuration problem: ");
    }

    [Fact]
    public async Task Mail_that_has_just_come_waits_before_it_goes_without_tls()
    {
        var clock = new FakeTimeProvider();
        await using var fixture = new EgressFixture(clock, ("smtp_tls_security_level", "may"));
        await using var server = new ScriptedServer(
            async c =>
            {
                await c.GreetAsync("STARTTLS");
                await c.ExpectAsync("STARTTLS");
                await c.SayAsync("220 Go on");
                c.Close();
            });
        var mail = EgressFixture.Mail();
        var young = mail with { Entry = mail.Entry with { Message = mail.Entry.Message with { Arrived = clock.GetUtcNow().AddSeconds(-299) } } };

        var outcome = await fixture.DeliverAsync(server.Nexthop, young);

        outcome.Recipients[0].Reason.ShouldBe("Cannot start TLS: handshake failure");
        outcome.SiteTrouble.ShouldBeNull("it may work without TLS soon");
        server.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_offer_that_is_not_taken_up_is_noted_if_wanted()
    {
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("STARTTLS");
            await c.TakeMailAsync();
        });
        await using var fixture = new EgressFixture(("smtp_tls_note_starttls_offer", "yes"));
        await fixture.DeliverAsync(server.Nexthop);
        fixture.CloseLog().ShouldContain(": Host offered STARTTLS: [127.0.0.1]");
    }

    private static Task<DeliveryOutcome> DeliverAsync(IDeliveryAgent agent, TlsSink sink) =>
        agent.DeliverAsync(EgressFixture.For(sink.Server.Nexthop, EgressFixture.Mail()), default).WaitAsync(TestProbe.Patience);

    private static string Pem(string subject)
    {
        var own = TestCertificate.Make(subject, TlsSink.Authority);
        return own.KeyPem + own.CertificatePem;
    }

    [SuppressMessage("Security", "CA5359", Justification = "The server of the test only notes what it is shown.")]
    private static SslServerAuthenticationOptions Asking(Action<string> note)
    {
        var options = TlsSink.Options(Certificate);
        options.ClientCertificateRequired = true;
        options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            note(certificate?.Subject ?? "");
            return true;
        };
        return options;
    }

    /// <summary>Notes the name that is asked for; a certificate selector is the place where a server learns it.</summary>
    private static SslServerAuthenticationOptions Listening(Action<string> note) => new()
    {
        ServerCertificateSelectionCallback = (_, name) =>
        {
            note(name ?? "");
            return Certificate.ForServer;
        },
    };
}
