using System.Net;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Dns.Records;

namespace BulkRelay.Tests.Ingress.Restrictions;

public sealed class CheckServerAccessTests
{
    private const string Table = "inline:{{bad.example=REJECT by name} {192.0.2=REJECT by network} {2001:db8=REJECT by IPv6 network} {good.example=OK}}";

    [Fact]
    public async Task Mail_hosts_are_looked_at_by_name_and_by_address()
    {
        using var rules = Rules("check_sender_mx_access");
        rules.Dns(DnsType.MX, "byname.test", Mx("mail.bad.example"));
        rules.Dns(DnsType.MX, "byaddress.test", Mx("elsewhere.test"), Mx("mail.test"));
        rules.Dns(DnsType.A, "mail.test", Address("192.0.2.7"));
        rules.Dns(DnsType.A, "itself.test", Address("192.0.2.8"));
        rules.Dns(DnsType.AAAA, "six.test", Address("2001:db8::1"));
        rules.Dns(DnsType.A, "fine.test", Address("198.51.100.1"));

        (await rules.RcptAsync("a@byname.test")).ShouldBe("554 5.7.1 <a@byname.test>: Sender address rejected: by name");
        (await rules.RcptAsync("a@byaddress.test")).ShouldBe("554 5.7.1 <a@byaddress.test>: Sender address rejected: by network");
        (await rules.RcptAsync("a@itself.test")).ShouldBe("554 5.7.1 <a@itself.test>: Sender address rejected: by network");
        (await rules.RcptAsync("a@six.test")).ShouldBe("554 5.7.1 <a@six.test>: Sender address rejected: by IPv6 network");
        (await rules.RcptAsync("a@[192.0.2.1]")).ShouldBe("554 5.7.1 <a@[192.0.2.1]>: Sender address rejected: by network");
        (await rules.RcptAsync("a@fine.test")).ShouldBeEmpty();
        (await rules.RcptAsync("")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Name_servers_are_those_of_the_nearest_domain_above()
    {
        using var rules = Rules("check_recipient_ns_access");
        rules.Dns(DnsType.NS, "hosted.test", new NsRecord("hosted.test", default, "ns1.bad.example"));

        (await rules.RcptAsync(recipient: "x@a.b.hosted.test")).ShouldBe("554 5.7.1 <x@a.b.hosted.test>: Recipient address rejected: by name");
        (await rules.RcptAsync(recipient: "x@[192.0.2.1]")).ShouldNotContain("by network");
    }

    [Fact]
    public async Task Addresses_alone_do_not_count_by_their_host()
    {
        using var rules = Rules("check_helo_a_access");
        rules.Dns(DnsType.A, "helo.test", Address("198.51.100.1"));
        (await rules.RcptAsync()).ShouldBeEmpty();
        rules.Request.HeloName = "host.bad.example";
        (await rules.RcptAsync()).ShouldBeEmpty();
        rules.Dns(DnsType.A, "other.test", Address("192.0.2.99"));
        rules.Request.HeloName = "other.test";
        (await rules.RcptAsync()).ShouldBe("554 5.7.1 <other.test>: Helo command rejected: by network");
    }

    [Fact]
    public async Task A_server_of_the_client_s_choice_permits_nothing()
    {
        using var rules = Rules("check_client_mx_access");
        rules.Dns(DnsType.MX, "client.test", Mx("mail.good.example"));
        (await rules.RcptAsync()).ShouldBe("451 4.3.5 Server configuration error");
        (await rules.LogAsync()).ShouldContain("restriction check_client_mx_access returns OK for client.test");
    }

    [Fact]
    public async Task What_DNS_does_not_answer_decides_nothing()
    {
        using var rules = Rules("check_sender_mx_access");
        rules.DnsFails(DnsType.MX, "sender.test");
        (await rules.RcptAsync()).ShouldBeEmpty();
        (await rules.LogAsync()).ShouldContain("warning: Unable to look up MX host for sender.test");
    }

    [Fact]
    public async Task The_claimed_name_of_a_client_may_refuse_it_and_not_permit_it()
    {
        using var rules = Rules("check_reverse_client_hostname_access");
        rules.Connect("198.51.100.1", new ClientName("unknown", ClientNameStatus.Forged, "dsl.bad.example", ClientNameStatus.Verified));
        (await rules.RcptAsync()).ShouldBe("554 5.7.1 <dsl.bad.example>: Unverified Client host rejected: by name");
        rules.Connect("198.51.100.1", new ClientName("unknown", ClientNameStatus.Forged, "good.example", ClientNameStatus.Verified));
        (await rules.RcptAsync()).ShouldBe("451 4.3.5 Server configuration error");
    }

    private static RulesOfTest Rules(string restriction) => new(
        ("smtpd_sender_restrictions", $"{restriction} {Table}"), ("smtpd_relay_restrictions", "check_sender_access inline:{x=DUNNO}, permit_auth_destination"),
        ("smtpd_recipient_restrictions", "permit, reject"));

    private static MxRecord Mx(string host) => new("x", default, 10, host);

    private static AddressRecord Address(string address) => new("x", default, IPAddress.Parse(address));
}
