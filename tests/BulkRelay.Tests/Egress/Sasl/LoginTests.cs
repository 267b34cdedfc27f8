using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Egress.Sasl;
using BulkRelay.Core.Queue;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress.Sasl;

/// <summary>Which login is used for which mail, and over which connection.</summary>
public sealed class LoginTests
{
    [Theory]
    [InlineData("yes", "{ {erna@provider.test=sender:1}, {mail.test=host:2}, {[mail.test]:587=nexthop:3} }", "sender")]
    [InlineData("no", "{ {erna@provider.test=sender:1}, {mail.test=host:2}, {[mail.test]:587=nexthop:3} }", "host")]
    [InlineData("no", "{ {[mail.test]:587=nexthop:3}, {[mail.test]=wrong:4}, {mail.test:587=wrong:5} }", "nexthop")]
    [InlineData("yes", "{ {[mail.test]:587=nexthop:3}, {@provider.test=domain:6} }", "domain")]
    [InlineData("yes", "{ {MAIL.test=host:2} }", "host")]
    [InlineData("yes", "{ {erna=wrong:1}, {provider.test=wrong:2} }", null)]
    [InlineData("no", "{ {@provider.test=wrong:6} }", null)]
    public async Task Logins_are_found_in_postfixs_order(string bySender, string entries, string? user) =>
        (await UserAsync(bySender, $"inline:{entries}", "erna@provider.test")).ShouldBe(user);

    [Theory]
    [InlineData("erna+list@provider.test", "plain")]
    [InlineData("erna@local.test", "local")]
    [InlineData("", null)]
    public async Task A_sender_is_looked_up_without_extension_and_in_own_domains_by_its_local_part(string sender, string? user) =>
        (await UserAsync("yes", "inline:{ {erna@provider.test=plain:1}, {erna=local:2} }", sender)).ShouldBe(user);

    [Fact]
    public async Task A_table_that_fails_and_an_entry_without_sense_are_no_logins()
    {
        (await FindAsync("no", "fail:x", "a@b")).Failure.ShouldNotBeNull();
        (await FindAsync("no", "inline:{ {mail.test=:password} }", "a@b")).Failure.ShouldNotBeNull().ShouldNotContain("password}");
        (await FindAsync("no", "inline:{ {mail.test=user} }", "a@b")).Login.ShouldBe(new SaslLogin("user", ""));
        (await FindAsync("no", "inline:{ {mail.test=user:a:b} }", "a@b")).Login.ShouldBe(new SaslLogin("user", "a:b"));
    }

    [Fact]
    public async Task A_changed_password_counts_at_once()
    {
        using var folder = new TemporaryFolder();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var path = folder.Write("passwd", "mail.test user:old\n");
        var logins = Logins("no", $"hash:{path}", clock);

        (await logins.FindAsync("a@b", "mail.test", "x", default)).Login!.Password.ShouldBe("old");
        folder.Write("passwd", "mail.test user:new-one\n");
        clock.Advance(TimeSpan.FromSeconds(2));
        (await logins.FindAsync("a@b", "mail.test", "x", default)).Login!.Password.ShouldBe("new-one");
    }

    [Theory]
    [InlineData("erna@provider.test", "erna@provider.test", 1)]
    [InlineData("erna@provider.test", "otto@otto.test", 2)]
    [InlineData("erna@provider.test", "stranger@else.test", 2)]
    [InlineData("stranger@else.test", "other@else.test", 1)]
    public async Task R31_a_kept_connection_is_for_mail_with_the_same_login_only(string first, string second, int connections)
    {
        await using var fixture = new EgressFixture(("smtp_sasl_auth_enable", "yes"), ("smtp_sender_dependent_authentication", "yes"),
            ("smtp_sasl_security_options", "noanonymous"), ("smtp_sasl_plaintext_protection", "none"),
            ("smtp_sasl_password_maps", "inline:{ {erna@provider.test=erna:1}, {otto@otto.test=otto:2} }"));
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("AUTH PLAIN");
            while (await c.IsNextAsync("AUTH") || await c.IsNextAsync("MAIL"))
            {
                if (!await c.IsNextAsync("AUTH")) await c.TakeMailAsync();
                else
                {
                    await c.ExpectAsync("AUTH");
                    await c.SayAsync("235 2.7.0 ok");
                }
            }
        });
        var agent = fixture.CreateAgent(server.Nexthop);

        foreach (var sender in new[] { first, second })
        {
            var mail = EgressFixture.Mail(new MessageEnvelope
            {
                Id = 1,
                QueueId = "4F2A1",
                Arrived = DateTimeOffset.UnixEpoch,
                Sender = sender,
                Size = EgressFixture.Simple.Length,
            });
            var outcome = await agent.DeliverAsync(EgressFixture.For(server.Nexthop, mail), default).WaitAsync(TimeSpan.FromSeconds(30));
            outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        }
        await agent.DisposeAsync();

        (await server.EndedAsync()).Count.ShouldBe(connections);
        foreach (var connection in server.Connections)
        {
            var isErna = connection.Received.Contains("MAIL FROM:<erna@", StringComparison.Ordinal);
            connection.Received.Contains("AUTH PLAIN AGVybmEAMQ==", StringComparison.Ordinal).ShouldBe(isErna);
        }
    }

    private static async Task<string?> UserAsync(string bySender, string maps, string sender)
    {
        var found = await FindAsync(bySender, maps, sender);
        found.Failure.ShouldBeNull();
        return found.Login?.User;
    }

    private static async Task<SaslLookup> FindAsync(string bySender, string maps, string sender) =>
        await Logins(bySender, maps, TimeProvider.System).FindAsync(sender, "mail.test", "[mail.test]:587", default);

    private static SaslLogins Logins(string bySender, string maps, TimeProvider clock)
    {
        var config = ConfigSnapshot.With(("smtp_sasl_password_maps", maps), ("smtp_sender_dependent_authentication", bySender),
            ("mydestination", "local.test"), ("recipient_delimiter", "+"));
        return new SaslLogins(SaslClientParameters.Smtp, config, new LookupTableSet(config, clock, _ => { }));
    }
}
