using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Ingress;

namespace BulkRelay.Tests.Ingress.Restrictions;

/// <summary>Checks of names that ask DNS. The expected replies are those of Postfix 3.7.11 with the same zone.</summary>
public sealed class NameCheckTests : IDisposable
{
    private readonly RestrictionBench _bench = new();

    public NameCheckTests()
    {
        _bench.Mx("mx.test", (10, "mail.test"));
        _bench.A("host.test", "192.0.2.9");
        _bench.Txt("text.test", "x");
        _bench.Mx("null.test", (0, "."));
        _bench.Silence("late.test");
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("a@mx.test", "permitted")]
    [InlineData("a@host.test", "permitted")]
    [InlineData("", "permitted")]
    [InlineData("a@[192.0.2.1]", "permitted")]
    [InlineData("a@mine.test", "permitted")]
    [InlineData("a@none.test", "450 4.1.8 <a@none.test>: Sender address rejected: Domain not found")]
    [InlineData("a@text.test", "450 4.1.8 <a@text.test>: Sender address rejected: Domain not found")]
    [InlineData("a@null.test", "550 5.7.27 <a@null.test>: Sender address rejected: Domain null.test does not accept mail (nullMX)")]
    [InlineData("a@late.test", "450 4.1.8 <a@late.test>: Sender address rejected: Domain not found")]
    public async Task Domain_of_the_sender_must_exist(string sender, string reply)
    {
        _bench.Sender = sender;
        (await _bench.AskAsync("reject_unknown_sender_domain", ("mydestination", "mine.test"))).ShouldBe(reply);
        (await _bench.AskAsync("reject_unknown_address", ("mydestination", "mine.test"))).ShouldBe(reply);
    }

    [Theory]
    [InlineData("b@mx.test", "permitted")]
    [InlineData("b@none.test", "450 4.1.2 <b@none.test>: Recipient address rejected: Domain not found")]
    [InlineData("b@null.test", "556 5.1.10 <b@null.test>: Recipient address rejected: Domain null.test does not accept mail (nullMX)")]
    [InlineData("b@late.test", "450 4.1.2 <b@late.test>: Recipient address rejected: Domain not found")]
    public async Task Domain_of_the_recipient_must_exist(string recipient, string reply)
    {
        _bench.Recipient = recipient;
        (await _bench.AskAsync("reject_unknown_recipient_domain", ("smtpd_relay_restrictions", "permit_mynetworks, reject_unauth_destination"),
            ("relay_domains", "mx.test none.test null.test late.test"))).ShouldBe(reply);
    }

    [Theory]
    [InlineData("mx.test", "permitted")]
    [InlineData("host.test", "permitted")]
    [InlineData("[192.0.2.1]", "permitted")]
    [InlineData("[192.0.2]", "501 5.5.2 <[192.0.2]>: Helo command rejected: invalid ip address")]
    [InlineData("none.test", "450 4.7.1 <none.test>: Helo command rejected: Host not found")]
    [InlineData("late.test", "450 4.7.1 <late.test>: Helo command rejected: Host not found")]
    public async Task Name_in_HELO_must_exist(string helo, string reply)
    {
        _bench.Helo = helo;
        (await _bench.AskAsync("reject_unknown_helo_hostname")).ShouldBe(reply);
        (await _bench.AskAsync("reject_unknown_hostname")).ShouldBe(reply);
    }

    [Fact]
    public async Task Silence_of_DNS_gives_way_to_a_refusal_for_good_unless_the_operator_says_otherwise()
    {
        _bench.Sender = "a@late.test";
        _bench.Helo = "late.test";
        (await _bench.AskAsync("reject_unknown_sender_domain, reject")).ShouldStartWith("554 5.7.1 ");
        (await _bench.AskAsync("reject_unknown_sender_domain, reject", ("unknown_address_tempfail_action", "defer"))).ShouldStartWith("450 4.1.8 ");
        (await _bench.AskAsync("reject_unknown_helo_hostname, reject")).ShouldStartWith("554 5.7.1 ");
        (await _bench.AskAsync("reject_unknown_helo_hostname, reject", ("reject_tempfail_action", "defer"))).ShouldStartWith("450 4.7.1 ");
    }

    [Fact]
    public async Task Codes_are_those_of_the_configuration_but_silence_is_always_temporary()
    {
        (string, string)[] codes = [("unknown_address_reject_code", "554"), ("unknown_hostname_reject_code", "550")];
        _bench.Sender = "a@none.test";
        (await _bench.AskAsync("reject_unknown_sender_domain", codes)).ShouldStartWith("554 5.1.8 ");
        _bench.Sender = "a@late.test";
        (await _bench.AskAsync("reject_unknown_sender_domain", codes)).ShouldStartWith("450 4.1.8 ");
        _bench.Helo = "none.test";
        (await _bench.AskAsync("reject_unknown_helo_hostname", codes)).ShouldStartWith("550 5.7.1 ");
    }

    [Theory]
    [InlineData(ClientNameStatus.Forged, ClientNameStatus.Verified, "554 5.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]", "permitted")]
    [InlineData(ClientNameStatus.Temporary, ClientNameStatus.Verified, "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]", "permitted")]
    [InlineData(ClientNameStatus.Missing, ClientNameStatus.Missing, "554 5.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]",
        "554 5.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]")]
    [InlineData(ClientNameStatus.Temporary, ClientNameStatus.Temporary, "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]",
        "450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]")]
    public async Task Client_must_have_a_name(ClientNameStatus status, ClientNameStatus reverse, string byName, string byReverseName)
    {
        _bench.Client = new Client(IPAddress.Parse("192.0.2.1"),
            new ClientName("unknown", status, reverse == ClientNameStatus.Verified ? "claimed.test" : "unknown", reverse));
        (await _bench.AskAsync("reject_unknown_client_hostname", ("unknown_client_reject_code", "554"))).ShouldBe(byName);
        (await _bench.AskAsync("reject_unknown_reverse_client_hostname", ("unknown_client_reject_code", "554"))).ShouldBe(byReverseName);
    }

    [Fact]
    public async Task Many_recipients_ask_once()
    {
        _bench.Sender = "a@late.test";
        _bench.Configure(("smtpd_recipient_restrictions", "reject_unknown_sender_domain"));
        var request = _bench.Request();
        for (var i = 0; i < 10; i++) (await _bench.AskAsync(request)).ShouldStartWith("450 ");
        _bench.Questions.ShouldBe(["MX late.test", "A late.test", "AAAA late.test"]);
    }

    [Theory]
    [InlineData("reject_unverified_sender")]
    [InlineData("reject_unverified_recipient")]
    public async Task What_is_not_here_is_a_fault_and_refuses(string restriction)
    {
        (await _bench.AskAsync(restriction)).ShouldStartWith("451 4.3.5 ");
        _bench.Faults.ShouldHaveSingleItem().Severity.ShouldBe(FaultSeverity.Error);
        _bench.Faults[0].Message.ShouldContain(restriction);
    }

    [Theory]
    [InlineData("permit_naked_ip_address")]
    [InlineData("check_relay_domains")]
    [InlineData("reject_maps_rbl")]
    public async Task Old_names_work_with_a_warning(string restriction)
    {
        (await _bench.AskAsync(restriction)).ShouldBe("permitted");
        _bench.Faults.ShouldHaveSingleItem().Severity.ShouldBe(FaultSeverity.Warning);
    }

    [Theory]
    [InlineData("reject_unverified_recipient")]
    [InlineData("warn_if_reject, reject_unverified_sender")]
    public async Task What_is_not_here_is_left_out_if_it_may_be_ignored(string restriction)
    {
        (await _bench.AskAsync(restriction, ("unsupported_settings", "ignore"))).ShouldBe("permitted");
        _bench.Faults.ShouldHaveSingleItem().Severity.ShouldBe(FaultSeverity.Warning);
        (await _bench.AskAsync($"{restriction}, reject", ("unsupported_settings", "ignore"))).ShouldStartWith("554 ");
    }
}
