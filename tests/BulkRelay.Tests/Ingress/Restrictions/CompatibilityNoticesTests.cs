using System.Net;
using BulkRelay.Core.Ingress;

namespace BulkRelay.Tests.Ingress.Restrictions;

public sealed class CompatibilityNoticesTests : IDisposable
{
    private const string Using = "using backwards-compatible default setting";

    private readonly RestrictionBench _bench = new()
    {
        Recipient = "b@sub.relay.test",
        Client = new Client(IPAddress.Parse("198.51.100.1"), "client.test") { Port = 1234 },
    };

    private int _asked;

    public void Dispose() => _bench.Dispose();

    /// <summary>What a request adds to the log.</summary>
    private async Task<string> LogAsync(string level, params (string Name, string Value)[] settings)
    {
        _bench.ConfigureOnly([("compatibility_level", level), ("myhostname", "relay.test"), ("smtpd_reject_unlisted_recipient", "no"), .. settings]);
        var request = _bench.Request();
        var before = _bench.Log.Text.Length;
        await _bench.AskAsync(request);
        var end = $"asked #{++_asked}";
        request.Log.Info($"{end}");
        await _bench.Log.WaitForAsync(end);
        return _bench.Log.Text[before..];
    }

    [Fact]
    public async Task A_domain_that_only_the_old_default_takes_is_told()
    {
        (await LogAsync("2", ("smtpd_recipient_restrictions", "reject_unauth_destination"))).ShouldNotContain("relay_domains=");
        (await LogAsync("1", ("smtpd_recipient_restrictions", "reject_unauth_destination")))
            .ShouldContain($"{Using} relay_domains=$mydestination to accept mail for domain \"sub.relay.test\"");
    }

    [Fact]
    public async Task A_client_that_only_the_old_default_permits_is_told()
    {
        _bench.Client = new Client(IPAddress.Parse("127.0.0.9"), "neighbour.test") { Port = 1234 };
        (await LogAsync("2", ("smtpd_relay_restrictions", "permit_mynetworks, reject"))).ShouldNotContain(Using);
        (await LogAsync("1", ("smtpd_relay_restrictions", "permit_mynetworks, reject"), ("mynetworks", "127.0.0.0/8"))).ShouldNotContain(Using);
        (await LogAsync("1", ("smtpd_relay_restrictions", "permit_mynetworks, reject")))
            .ShouldContain($"{Using} mynetworks_style=subnet to permit request from client \"neighbour.test[127.0.0.9]\"");
    }

    [Fact]
    public async Task A_recipient_that_only_the_empty_relay_restrictions_let_through_is_told()
    {
        _bench.Recipient = "b@elsewhere.test";
        const string recipient = "permit_mynetworks, check_client_access static:OK, reject";
        (await LogAsync("1", ("smtpd_recipient_restrictions", recipient))).ShouldNotContain(Using);
        (await LogAsync("0", ("smtpd_recipient_restrictions", recipient))).ShouldContain(
            $"{Using} \"smtpd_relay_restrictions = (empty)\" to avoid \"Relay access denied\" error for recipient \"b@elsewhere.test\" from client \"client.test[198.51.100.1]\"");
    }

    [Fact]
    public async Task A_recipient_that_is_refused_before_the_relay_restrictions_were_asked_is_told()
    {
        const string relay = "permit_auth_destination, reject";
        (await LogAsync("3.6", ("smtpd_recipient_restrictions", "reject"), ("smtpd_relay_restrictions", relay))).ShouldNotContain(Using);
        (await LogAsync("3.5", ("smtpd_relay_restrictions", relay))).ShouldNotContain(Using);
        (await LogAsync("3.5", ("smtpd_recipient_restrictions", "reject"), ("smtpd_relay_restrictions", relay))).ShouldContain(
            $"{Using} smtpd_relay_before_recipient_restrictions=no to reject recipient \"b@sub.relay.test\" from client \"client.test[198.51.100.1]\"");
    }
}
