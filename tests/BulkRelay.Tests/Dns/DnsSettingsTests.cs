using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Dns;

namespace BulkRelay.Tests.Dns;

public sealed class DnsSettingsTests
{
    private const string System = "; comment\nsearch example.com\nnameserver 192.0.2.53\nnameserver bad\n nameserver\t2001:db8::53\noptions rotate timeout:3 attempts:4\n";

    [Fact]
    public void The_system_says_whom_to_ask_and_how_patiently()
    {
        var settings = DnsSettings.From(ConfigSnapshot.With(), System);
        settings.Servers.ShouldBe([IPEndPoint.Parse("192.0.2.53:53"), IPEndPoint.Parse("[2001:db8::53]:53")]);
        (settings.Timeout, settings.Attempts).ShouldBe((TimeSpan.FromSeconds(3), 4));
    }

    [Fact]
    public void The_configuration_overrides_the_system()
    {
        var snapshot = ConfigSnapshot.With(("dns_servers", "127.0.0.1:5353, [::1]:54 192.0.2.1"), ("dns_query_timeout", "1s"), ("dns_query_attempts", "1"));
        var settings = DnsSettings.From(snapshot, System);
        settings.Servers.ShouldBe([IPEndPoint.Parse("127.0.0.1:5353"), IPEndPoint.Parse("[::1]:54"), IPEndPoint.Parse("192.0.2.1:53")]);
        (settings.Timeout, settings.Attempts).ShouldBe((TimeSpan.FromSeconds(1), 1));
    }

    [Fact]
    public void A_system_that_says_nothing_means_this_machine_five_seconds_and_two_attempts()
    {
        var settings = DnsSettings.From(ConfigSnapshot.With(), "");
        settings.Servers.ShouldBe([IPEndPoint.Parse("127.0.0.1:53")]);
        (settings.Timeout, settings.Attempts).ShouldBe((TimeSpan.FromSeconds(5), 2));
    }

    [Fact]
    public void Values_out_of_range_in_resolv_conf_are_brought_into_it()
    {
        var settings = DnsSettings.From(ConfigSnapshot.With(), "options timeout:999 attempts:0 timeout:x\n" + string.Concat(Enumerable.Repeat("nameserver 192.0.2.1\n", 9)));
        settings.Servers.Count.ShouldBe(3);
        (settings.Timeout, settings.Attempts).ShouldBe((TimeSpan.FromSeconds(30), 1));
    }

    [Theory]
    [InlineData("dns_servers", "ns.example.com", "bad name server 'ns.example.com'")]
    [InlineData("smtp_host_lookup", "nis", "unknown method 'nis'")]
    [InlineData("smtp_host_lookup", "", "no method")]
    [InlineData("inet_protocols", "ipx", "unknown protocol 'ipx'")]
    [InlineData("smtp_address_preference", "both", "unknown value 'both'")]
    public void A_bad_value_is_named(string name, string value, string fault) =>
        Should.Throw<FormatException>(() => ConfigSnapshot.With((name, value))).Message.ShouldContain(fault);
}
