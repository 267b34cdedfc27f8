namespace BulkRelay.Tests.Ingress.Restrictions;

public sealed class PermitMxBackupTests : IDisposable
{
    private readonly RestrictionBench _bench = new();

    public PermitMxBackupTests()
    {
        _bench.A("primary.test", "198.51.100.1");
        _bench.A("me.test", "127.0.0.1");
        _bench.A("other.test", "203.0.113.1");
        _bench.Mx("backed.test", (10, "primary.test"), (20, "me.test"));
        _bench.Mx("named.test", (10, "primary.test"), (20, "relay.test"));
        _bench.Mx("foreign.test", (10, "primary.test"), (20, "other.test"));
        _bench.Mx("own.test", (10, "me.test"), (20, "primary.test"));
        _bench.Mx("equal.test", (10, "primary.test"), (10, "me.test"));
        _bench.Mx("shared.test", (10, "primary.test"), (10, "other.test"), (20, "me.test"));
        _bench.Mx("null.test", (0, "."));
        _bench.Silence("late.test");
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("x@relayed.test", "permitted")]
    [InlineData("x@backed.test", "permitted")]
    [InlineData("x@named.test", "permitted")]
    [InlineData("x@foreign.test", "554")]
    [InlineData("x@own.test", "554")]
    [InlineData("x@equal.test", "554")]
    [InlineData("x@null.test", "554")]
    [InlineData("x@none.test", "554")]
    [InlineData("x%elsewhere.test@backed.test", "554")]
    [InlineData("x@[127.0.0.1]", "550 5.1.1")]
    [InlineData("x@[192.0.2.99]", "554")]
    [InlineData("x@late.test", "450 4.4.4 <x@late.test>: Recipient address rejected: Unable to look up mail exchanger information: Host not found, try again")]
    public async Task Mail_is_taken_where_this_relay_is_a_backup(string recipient, string reply) =>
        (await AskAsync(recipient)).ShouldStartWith(reply);

    [Theory]
    [InlineData("x@backed.test", "198.51.100.0/24", "permitted")]
    [InlineData("x@backed.test", "192.0.2.0/24", "554")]
    [InlineData("x@shared.test", "198.51.100.0/24", "554")]
    [InlineData("x@shared.test", "198.51.100.0/24 203.0.113.0/24", "permitted")]
    public async Task Best_hosts_must_all_be_in_the_networks(string recipient, string networks, string reply) =>
        (await AskAsync(recipient, ("permit_mx_backup_networks", networks))).ShouldStartWith(reply);

    private Task<string> AskAsync(string recipient, params (string, string)[] settings)
    {
        _bench.Recipient = recipient;
        return _bench.AskAsync("permit", [("myhostname", "relay.test"), ("smtpd_relay_restrictions", "permit_mx_backup, reject"), .. settings]);
    }
}
