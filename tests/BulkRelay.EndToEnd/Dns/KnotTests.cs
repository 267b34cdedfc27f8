using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Egress.Dns;
using BulkRelay.Core.Egress.Dns.Records;

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
        @       TXT   "v=spf1 " "-all"
        _25._tcp.mx1 TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
        {string.Concat(Enumerable.Range(0, 200).Select(i => $"many MX {i} host-with-a-rather-long-name-{i}\nhost-with-a-rather-long-name-{i} A 192.0.2.{i}\n"))}
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
        (await Find("null.mail.test")).Status.ToString().ShouldBe("5.1.10");
        (await Find("none.mail.test")).Reason.ShouldBe("Host or domain name not found. Name service error for name=none.mail.test type=AAAA: Host not found");
        (await Find("circle.mail.test")).Reason.ShouldBe("Name server loop for circle.mail.test");
        // Too long for UDP: knot truncates, and the answer comes by TCP.
        (await dns.QueryAsync("many.mail.test", DnsType.MX, default)).Records.Count.ShouldBe(200);
        (await Find("many.mail.test")).Hosts.Select(h => h.Preference).ShouldBe([0, 1, 2, 3, 4]);
        // A zone that the server does not have is refused, which is no reason to return mail.
        (await Find("elsewhere.test")).Status.ToString().ShouldBe("4.4.3");
        ((TxtRecord)(await dns.QueryAsync("mail.test", DnsType.TXT, default)).Records.Single()).Text.ShouldBe("v=spf1 -all");
        ((TlsaRecord)(await dns.QueryAsync("_25._tcp.mx1.mail.test", DnsType.TLSA, default)).Records.Single()).Association.Length.ShouldBe(32);
    }
}
