using System.Text;
using BulkRelay.Core.Queue;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress.Sasl;

/// <summary>Signing in with access tokens to a server that knows which ones are good.</summary>
public sealed class OAuthSignInTests : IAsyncLifetime
{
    private const string Login = TokenEndpoint.User;

    private readonly TemporaryFolder _folder = new();
    private TokenEndpoint _endpoint = null!;

    public async Task InitializeAsync() => _endpoint = await TokenEndpoint.StartAsync();

    public async Task DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("XOAUTH2", "PLAIN LOGIN XOAUTH2")]
    [InlineData("OAUTHBEARER", "XOAUTH2 OAUTHBEARER")]
    public async Task X06_a_token_that_ends_in_the_middle_is_renewed_and_the_mail_goes_out(string mechanism, string offer)
    {
        await using var fixture = Fixture();
        await using var server = new ScriptedServer(c => ServeAsync(c, mechanism, offer));

        var first = await fixture.DeliverAsync(server.Nexthop);
        _endpoint.RevokeAll();
        var second = await fixture.DeliverAsync(server.Nexthop);

        first.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        second.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        _endpoint.Requests.Count.ShouldBe(2);
        (await server.EndedAsync()).Count.ShouldBe(3);
        fixture.CloseLog().ShouldNotContain("token-");
    }

    [Theory]
    [InlineData("XOAUTH2")]
    [InlineData("OAUTHBEARER")]
    public async Task A_server_that_takes_no_token_defers_and_its_reason_is_shown(string mechanism)
    {
        await using var fixture = Fixture(("smtp_sasl_auth_soft_bounce", "no"));
        await using var server = new ScriptedServer(c => ServeAsync(c, mechanism, mechanism, takesAny: false));
        await fixture.DeliverAsync(server.Nexthop);

        var outcome = (await fixture.DeliverAsync(server.Nexthop)).Recipients[0];

        outcome.Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Reason.ShouldBe($$"""SASL authentication failed; server {{server.Name}} said: 535 5.7.3 Authentication unsuccessful """
            + """({"status":"401","token":"***"}); the access token is new, so it is not renewed""");
        _endpoint.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_endpoint_that_is_down_defers_with_a_reason_that_says_so()
    {
        await using var fixture = Fixture(("smtp_sasl_auth_soft_bounce", "no"));
        await using var server = new ScriptedServer(c => ServeAsync(c, "XOAUTH2", "XOAUTH2"));
        _endpoint.Refuse = () => (400, """{"error":"invalid_grant"}""");

        var outcome = (await fixture.DeliverAsync(server.Nexthop)).Recipients[0];

        outcome.Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Reason.ShouldBe($"SASL authentication failed; cannot authenticate to server {server.Name}: "
            + $"no access token from {_endpoint.Url}: HTTP status 400: invalid_grant");
        fixture.CloseLog().ShouldContain($"warning: login {Login}: no access token from");
    }

    [Fact]
    public async Task A_token_is_not_sent_over_a_connection_that_is_not_verified()
    {
        await using var fixture = Fixture(("smtp_oauth_token_protection", "verified"));
        await using var server = new ScriptedServer(c => c.GreetAsync("AUTH XOAUTH2 PLAIN"));

        var outcome = (await fixture.DeliverAsync(server.Nexthop)).Recipients[0];

        outcome.Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Reason.ShouldContain("XOAUTH2 (smtp_oauth_token_protection: the connection is not encrypted), "
            + "PLAIN (takes no token, and smtp_oauth_token_maps has one for the login)");
        _endpoint.Requests.ShouldBeEmpty();
    }

    private EgressFixture Fixture(params (string Name, string Value)[] settings) => new(
    [
        ("smtp_sasl_auth_enable", "yes"), ("smtp_sasl_password_maps", $"inline:{{127.0.0.1={Login}}}"), ("smtp_sasl_security_options", "noanonymous"),
        ("smtp_oauth_token_protection", "none"),
        ("smtp_oauth_token_maps", $"inline:{{ {{{Login}=endpoint={_endpoint.Url} client_id=relay client_secret_file={_folder.Write("secret", "s3cret\n")}}} }}"),
        .. settings,
    ]);

    /// <summary>Takes tokens that are good, and explains itself in a challenge if they are not.</summary>
    private async Task ServeAsync(ScriptedConnection c, string mechanism, string offer, bool takesAny = true)
    {
        await c.GreetAsync("AUTH " + offer);
        var message = Encoding.UTF8.GetString(Convert.FromBase64String((await c.ExpectAsync($"AUTH {mechanism} ")).Split(' ')[2]));
        message.ShouldContain(Login);
        var token = message.Split("auth=Bearer ")[1].Split('\u0001')[0];
        if (takesAny && _endpoint.IsGood(token))
        {
            await c.SayAsync("235 2.7.0 Authentication successful");
            await c.TakeMailAsync();
            return;
        }
        await c.SayAsync("334 " + Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"status":"401","token":"{{token}}"}""")));
        (await c.ExpectAsync("")).ShouldBe(mechanism == "XOAUTH2" ? "" : "AQ==");
        await c.SayAsync("535 5.7.3 Authentication unsuccessful");
    }
}
