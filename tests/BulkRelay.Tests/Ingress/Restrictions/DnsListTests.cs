using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Restrictions.DnsLists;

namespace BulkRelay.Tests.Ingress.Restrictions;

/// <summary>DNS lists. The expected replies are those of Postfix 3.7.11 with the same zone.</summary>
public sealed class DnsListTests : IDisposable
{
    private const string Listed = "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using list.test; Listed, see http://list.test/?q=192.0.2.1";

    private readonly RestrictionBench _bench = new();

    public DnsListTests()
    {
        _bench.A("1.2.0.192.list.test", "127.0.0.2");
        _bench.Txt("1.2.0.192.list.test", "Listed, see http://list.test/?q=192.0.2.1");
        _bench.A("1.2.0.192.quiet.test", "127.0.0.10");
        _bench.A("1.2.0.192.odd.test", "127.0.0.2");
        _bench.Txt("1.2.0.192.odd.test", "550 5.7.9 Go ${client_address}\r\n250 away \u00fc");
        _bench.Silence("1.2.0.192.dead.test");
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("reject_rbl_client list.test", Listed)]
    [InlineData("reject_rbl_client list.test=127.0.0.2", Listed)]
    [InlineData("reject_rbl_client list.test=127.0.0.[1..5;7]", Listed)]
    [InlineData("reject_rbl_client list.test=127.0.0.3", "permitted")]
    [InlineData("reject_rbl_client quiet.test", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using quiet.test")]
    [InlineData("reject_rbl_client quiet.test=127.0.0.[2..9]", "permitted")]
    [InlineData("reject_rbl_client empty.test, reject_rbl_client list.test", Listed)]
    [InlineData("reject_rbl_client odd.test",
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using odd.test; 550 5.7.9 Go ${client_address}  250 away  ")]
    public async Task Client_in_a_list_is_refused_in_Postfix_words(string restrictions, string reply) =>
        (await _bench.AskAsync(restrictions)).TrimEnd().ShouldBe(reply.TrimEnd());

    [Fact]
    public async Task List_that_does_not_answer_does_not_block_and_is_noted_once()
    {
        _bench.Configure(("smtpd_recipient_restrictions", "reject_rbl_client dead.test"));
        var request = _bench.Request();
        for (var i = 0; i < 5; i++) (await _bench.AskAsync(request)).ShouldBe("permitted");
        _bench.Questions.ShouldBe(["A 1.2.0.192.dead.test"]);
        await _bench.Log.WaitForAsync("warning: 1.2.0.192.dead.test: RBL lookup error: Host or domain name not found. "
            + "Name service error for name=1.2.0.192.dead.test type=A: Host not found, try again");
        _bench.Log.Text.Split("RBL lookup error").Length.ShouldBe(2);
    }

    [Fact]
    public async Task Address_of_IPv6_is_looked_up_by_its_nibbles()
    {
        const string name = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.list.test";
        _bench.A(name, "127.0.0.2");
        _bench.Client = new Client(IPAddress.Parse("2001:db8::1"), "client.test");
        (await _bench.AskAsync("reject_rbl_client list.test")).ShouldBe("554 5.7.1 Service unavailable; Client host [2001:db8::1] blocked using list.test");
    }

    [Fact]
    public async Task Reply_says_what_the_operator_wants_and_values_are_not_expanded_again()
    {
        const string template = "550 5.1.1 [$rbl_code][$rbl_class][$rbl_what][$rbl_domain][$rbl_txt][$client][$client_port][$reverse_client_name]"
            + "[$helo_name][$sender][$sender_name][$sender_domain][$recipient_name][$recipient_domain][$server_name]${rbl_reason?{[why]}:{[no]}}";
        _bench.Helo = "${sender}";
        (await _bench.AskAsync("reject_rbl_client odd.test", ("default_rbl_reply", template), ("myhostname", "relay.test"))).ShouldBe(
            "550 5.0.0 [554][Client host][192.0.2.1][odd.test][550 5.7.9 Go ${client_address}  250 away  ][client.test[192.0.2.1]][1234][client.test]"
            + "[${sender}][a@sender.test][a][sender.test][b][relayed.test][relay.test][why]");
    }

    [Theory]
    [InlineData("554 $rbl_nothing", "there is no $rbl_nothing here")]
    [InlineData("554 ${rbl_class", "truncated macro reference")]
    public async Task Bad_default_reply_is_a_fault(string reply, string fault)
    {
        (await _bench.AskAsync("reject_rbl_client list.test", ("default_rbl_reply", reply))).ShouldBe("451 4.3.5 Server configuration error");
        _bench.Faults.ShouldHaveSingleItem().Message.ShouldContain(fault);
    }

    [Theory]
    [InlineData("inline:{{list.test=521 5.2.2 mine}}", "521 5.2.2 mine")]
    [InlineData("inline:{{list.test=hello}}", "450 4.7.1 Service unavailable")]
    [InlineData("inline:{{list.test=450}}", "450 4.7.1 Service unavailable")]
    [InlineData("inline:{{list.test=554 $$nothing}}", Listed)]
    [InlineData("inline:{{other.test=554 mine}}", Listed)]
    public async Task Lists_can_have_replies_of_their_own(string maps, string reply) =>
        (await _bench.AskAsync("reject_rbl_client list.test", ("rbl_reply_maps", maps))).ShouldBe(reply);

    [Fact]
    public async Task Old_restriction_asks_the_lists_of_its_parameter() =>
        (await _bench.AskAsync("reject_maps_rbl", ("maps_rbl_domains", "empty.test, list.test"))).ShouldBe(Listed);

    [Theory]
    [InlineData("reject_rhsbl_client", "client.test", "Client host [client.test]")]
    [InlineData("reject_rhsbl_reverse_client", "client.test", "Unverified Client host [client.test]")]
    [InlineData("reject_rhsbl_helo", "helo.test", "Helo command [helo.test]")]
    [InlineData("reject_rhsbl_sender", "sender.test", "Sender address [a@sender.test]")]
    [InlineData("reject_rhsbl_recipient", "relayed.test", "Recipient address [b@relayed.test]")]
    public async Task Names_are_looked_up_in_lists_of_domains(string restriction, string name, string what)
    {
        _bench.A($"{name}.domains.test", "127.0.0.2");
        _bench.Txt($"{name}.domains.test", "bad");
        (await _bench.AskAsync($"{restriction} domains.test")).ShouldBe($"554 5.7.1 Service unavailable; {what} blocked using domains.test; bad");
        (await _bench.AskAsync($"{restriction} others.test")).ShouldBe("permitted");
    }

    [Fact]
    public async Task Lists_of_domains_are_not_asked_for_addresses_or_for_nothing()
    {
        (_bench.Helo, _bench.Sender) = ("192.0.2.1", "");
        _bench.Client = new Client(IPAddress.Parse("192.0.2.1"), Client.UnknownName);
        (await _bench.AskAsync("reject_rhsbl_helo d.test, reject_rhsbl_sender d.test, reject_rhsbl_client d.test, reject_rhsbl_reverse_client d.test"))
            .ShouldBe("permitted");
        _bench.Questions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("b@relayed.test", "permit_dnswl_client list.test", "permitted")]
    [InlineData("b@relayed.test", "permit_rhswl_client names.test", "permitted")]
    [InlineData("b@relayed.test", "permit_dnswl_client empty.test", "554 5.7.1 <b@relayed.test>: Recipient address rejected: Access denied")]
    [InlineData("b@relayed.test", "permit_dnswl_client dead.test", "450 4.7.1 <192.0.2.1>: Client host rejected: Service unavailable")]
    [InlineData("b@elsewhere.test", "permit_dnswl_client list.test", "554 5.7.1 <b@elsewhere.test>: Recipient address rejected: Access denied")]
    [InlineData("b@elsewhere.test", "permit_rhswl_client names.test", "554 5.7.1 <b@elsewhere.test>: Recipient address rejected: Access denied")]
    public async Task List_of_good_clients_permits_but_never_relaying(string recipient, string restriction, string reply)
    {
        _bench.A("client.test.names.test", "127.0.0.2");
        _bench.Recipient = recipient;
        (await _bench.AskAsync("permit", ("smtpd_relay_restrictions", $"{restriction}, reject"))).ShouldBe(reply);
    }

    [Theory]
    [InlineData("list.test=127.0.0")]
    [InlineData("list.test=127.0.0.256")]
    [InlineData("list.test=")]
    [InlineData("list..test")]
    [InlineData("=127.0.0.1")]
    public async Task Argument_that_is_no_list_is_a_fault(string argument)
    {
        (await _bench.AskAsync($"reject_rbl_client {argument}")).ShouldBe("451 4.3.5 Server configuration error");
        _bench.Faults.ShouldHaveSingleItem().Severity.ShouldBe(FaultSeverity.Error);
    }

    [Theory]
    [InlineData("127.0.0.2", "127.0.0.2", true)]
    [InlineData("127.0.0.[2;4..6]", "127.0.0.5", true)]
    [InlineData("127.0.0.[2;4..6]", "127.0.0.3", false)]
    [InlineData("[0..255].0.0.[9]", "1.0.0.9", true)]
    public void Pattern_of_octets_matches(string pattern, string address, bool matches) =>
        OctetPattern.Parse(pattern)!.Matches(IPAddress.Parse(address)).ShouldBe(matches);

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.[")]
    [InlineData("1.2.3.[]")]
    [InlineData("1.2.3.[5..4]")]
    [InlineData("1.2.3.[1;]")]
    [InlineData("1.2.3.[1]x")]
    [InlineData("1.2.3.-1")]
    public void What_is_no_pattern_of_octets_is_refused(string pattern) => OctetPattern.Parse(pattern).ShouldBeNull();
}
