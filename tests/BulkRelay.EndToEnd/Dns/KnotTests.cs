using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Dns.Records;

namespace BulkRelay.EndToEnd.Dns;

/// <summary>The resolver against a name server that others wrote.</summary>
public sealed class KnotTests
{
    private static readonly string ZoneText = $"""
        $ORIGIN mail.test.
        $TTL 300
        @       SOA   ns hostmaster 1 3600 600 86400 60
        @       NS    ns
        ns      A     127.0.0.1
        @       MX    20 mx2
        @       MX    10 mx1.mail.test.
        mx1     A     192.0.2.1
        mx1     AAAA  2001:db8::1
        mx2     A     192.0.2.2
        null    MX    0 .
        null    A     192.0.2.9
        alias   CNAME mail.test.
        circle  CNAME circle2
        circle2 CNAME circle
        plain   A     192.0.2.3
        text    TXT   "x"
        mxgone  MX    10 gone
        me      MX    10 mehost
        mehost  A     127.0.0.1
        backup  MX    10 gone
        backup  MX    20 mehost
        bad     MX    10 -bad-
        @       TXT   "v=spf1 " "-all"
        _25._tcp.mx1 TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
        {string.Concat(Enumerable.Range(0, 90).Select(i => $"many MX {i} host-with-a-rather-long-name-{i}\nhost-with-a-rather-long-name-{i} A 192.0.2.{i}\n"))}
        """;

    [Fact]
    public async Task Mail_hosts_and_records_are_found_at_a_real_name_server()
    {
        await using var knot = await KnotServer.StartAsync("mail.test", ZoneText);
        var snapshot = ConfigSnapshot.With(("dns_servers", knot.EndPoint.ToString()), ("smtp_address_preference", "ipv4"));
        var dns = new DnsResolver(DnsSettings.From(snapshot), TimeProvider.System);
        var mx = new MxResolver(dns, Random.Shared);
        async Task<MailHosts> Find(string domain) => await mx.ResolveAsync(Nexthop.TryParse(domain, 25, out _)!, snapshot, OwnHost.None, default);

        foreach (var domain in new[] { "mail.test", "alias.mail.test" })
            (await Find(domain)).Hosts.Select(h => $"{h.Preference} {h.Name} {h.Address}")
                .ShouldBe(["10 mx1.mail.test 192.0.2.1", "10 mx1.mail.test 2001:db8::1", "20 mx2.mail.test 192.0.2.2"]);
        (await Find("plain.mail.test")).Hosts.ShouldHaveSingleItem().Address.ShouldBe(IPAddress.Parse("192.0.2.3"));
        // Too long for UDP: knot truncates, and the answer comes by TCP.
        (await dns.QueryAsync("many.mail.test", DnsType.MX, default)).Records.Count.ShouldBe(90);
        (await Find("many.mail.test")).Hosts.Select(h => h.Preference).ShouldBe([0, 1, 2, 3, 4]);
        ((TxtRecord)(await dns.QueryAsync("mail.test", DnsType.TXT, default)).Records.Single()).Text.ShouldBe("v=spf1 -all");
        ((TlsaRecord)(await dns.QueryAsync("_25._tcp.mx1.mail.test", DnsType.TLSA, default)).Records.Single()).Association.Length.ShouldBe(32);
    }

    /// <summary>
    /// What Postfix 3.7.11 logged for the same zone at the same server, but for the null MX: RFC 7505 has a code of its own, and Postfix
    /// says 5.1.0.
    /// </summary>
    [Theory]
    [InlineData("none.mail.test", "5.4.4", "Host or domain name not found. Name service error for name=none.mail.test type=AAAA: Host not found")]
    [InlineData("null.mail.test", "5.1.10", "Domain null.mail.test does not accept mail (nullMX)")]
    [InlineData("circle.mail.test", "5.4.4", "Name server loop for circle.mail.test")]
    [InlineData("text.mail.test", "5.4.4", "Host or domain name not found. Name service error for name=text.mail.test type=AAAA: Host found but no data record of requested type")]
    [InlineData("mxgone.mail.test", "5.4.4", "Host or domain name not found. Name service error for name=gone.mail.test type=AAAA: Host not found")]
    [InlineData("me.mail.test", "5.4.6", "mail for me.mail.test loops back to myself")]
    [InlineData("backup.mail.test", "4.4.4", "unable to find primary relay for backup.mail.test")]
    [InlineData("bad.mail.test", "5.4.4", "Name service error for name=bad.mail.test type=MX: Malformed or unexpected name server reply")]
    [InlineData("elsewhere.test", "4.4.3", "Host or domain name not found. Name service error for name=elsewhere.test type=MX: Host not found, try again")]
    public async Task What_cannot_be_delivered_gets_the_status_and_the_words_of_Postfix(string domain, string status, string reason)
    {
        await using var knot = await KnotServer.StartAsync("mail.test", ZoneText);
        var snapshot = ConfigSnapshot.With(("dns_servers", knot.EndPoint.ToString()));
        var mx = new MxResolver(new DnsResolver(DnsSettings.From(snapshot), TimeProvider.System), Random.Shared);
        var found = await mx.ResolveAsync(Nexthop.TryParse(domain, 25, out _)!, snapshot, new OwnHost([IPAddress.Loopback]), default);
        found.Reason.ShouldBe(reason);
        found.Status.ToString().ShouldBe(status);
    }
}
