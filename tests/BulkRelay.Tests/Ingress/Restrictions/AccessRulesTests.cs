using BulkRelay.Core.Ingress;

namespace BulkRelay.Tests.Ingress.Restrictions;

public sealed class AccessRulesTests
{
    private const string SafetyRule = "smtpd_relay_restrictions: in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one";

    [Theory]
    [InlineData("permit_mynetworks", "", false)]
    [InlineData("permit_mynetworks", "reject_non_fqdn_sender, permit", false)]
    [InlineData("permit_mynetworks", "warn_if_reject reject_unauth_destination", false)]
    [InlineData("permit_mynetworks", "open", false)]
    [InlineData("permit_mynetworks", "check_recipient_access inline:{x=reject}", false)]
    [InlineData("permit_mynetworks", "closed", true)]
    [InlineData("", "warn_if_reject reject_non_fqdn_sender, reject_unauth_destination", true)]
    [InlineData("permit_mynetworks, defer_unauth_destination", "", true)]
    [InlineData("permit_mynetworks, reject", "", true)]
    public async Task A_server_needs_a_restriction_that_stops_strangers(string relay, string recipient, bool isSafe)
    {
        using var rules = new RulesOfTest(("smtpd_relay_restrictions", relay), ("smtpd_recipient_restrictions", recipient),
            ("smtpd_restriction_classes", "open, closed"), ("open", "permit_mynetworks"), ("closed", "permit_mynetworks, open, reject_unauth_destination"));
        rules.Faults.Any(f => f.StartsWith(SafetyRule, StringComparison.Ordinal)).ShouldBe(!isSafe);
        if (!isSafe) (await rules.RcptAsync(recipient: "x@elsewhere.test")).ShouldBe("451 4.3.5 Server configuration error");
        else (await rules.RcptAsync(recipient: "x@elsewhere.test")).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("frobnicate", "unknown smtpd restriction: \"frobnicate\"")]
    [InlineData("check_sender_access", "restriction check_sender_access needs a word behind it")]
    [InlineData("check_sender_access nothing, permit", "restriction check_sender_access: bad argument \"nothing\": need maptype:mapname")]
    [InlineData("sleep long", "restriction sleep: bad argument \"long\": must be followed by number")]
    [InlineData("check_sender_access no-such-type:x", "table no-such-type:x: unsupported dictionary type: no-such-type")]
    public async Task What_a_list_says_wrong_is_told_and_refuses_for_now(string list, string fault)
    {
        using var rules = new RulesOfTest(("smtpd_sender_restrictions", list));
        rules.Faults.ShouldContain(f => f.Contains(fault, StringComparison.Ordinal));
        (await rules.RcptAsync()).ShouldStartWith("451 4.3.5 ");
    }

    [Theory]
    [InlineData("smtpd_data_restrictions")]
    [InlineData("smtpd_end_of_data_restrictions")]
    public void A_table_alone_says_nothing_about_a_message(string list)
    {
        using var rules = new RulesOfTest((list, "inline:{x=REJECT}"));
        rules.Faults.ShouldContain(f => f.StartsWith($"{list}: specify one of (check_client_access,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_class_that_contains_itself_is_a_fault_that_names_the_circle()
    {
        using var rules = new RulesOfTest(("smtpd_restriction_classes", "a b"), ("a", "permit_mynetworks, b"), ("b", "a"), ("smtpd_sender_restrictions", "a"));
        rules.Faults.ShouldContain("smtpd_restriction_classes: restriction class a contains itself: a in b in a");
        (await rules.RcptAsync()).ShouldBe("451 4.3.5 Server configuration error");
    }

    [Fact]
    public async Task Tables_that_lead_to_each_other_for_ever_are_stopped()
    {
        using var rules = new RulesOfTest(("smtpd_restriction_classes", "again"), ("again", "check_sender_access inline:{sender.test=again}"),
            ("smtpd_sender_restrictions", "again"));
        rules.Faults.ShouldBeEmpty();
        (await rules.RcptAsync()).ShouldBe("451 4.3.5 Server configuration error");
        (await rules.RcptAsync("a@other.test")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_in_a_table_that_is_at_fault_refuses_for_now_and_says_which_entry()
    {
        using var rules = new RulesOfTest(("smtpd_sender_restrictions", "check_sender_access inline:{{sender.test=frobnicate, reject}}"));
        (await rules.RcptAsync()).ShouldBe("451 4.3.5 Server configuration error");
        rules.Faults.ShouldBeEmpty("what a table holds shows only when it is asked");
    }

    [Fact]
    public async Task Sleep_makes_the_client_wait_and_decides_nothing()
    {
        using var rules = new RulesOfTest(("smtpd_sender_restrictions", "sleep 5, reject"));
        var reply = rules.RcptAsync();
        await rules.Time.WaitForTimersAsync();
        rules.Time.Advance(TimeSpan.FromSeconds(4));
        reply.IsCompleted.ShouldBeFalse();
        rules.Time.Advance(TimeSpan.FromSeconds(1));
        (await reply).ShouldBe("554 5.7.1 <a@sender.test>: Sender address rejected: Access denied");
    }

    [Theory]
    [InlineData("2001:db8:1:2:3:4:5:6", "host")]
    [InlineData("2001:db8:1:2:3:4:5:7", "network")]
    [InlineData("2001:db8:9::1", "")]
    [InlineData("::1", "")]
    public async Task Networks_of_IPv6_end_at_colons(string address, string expected)
    {
        using var rules = new RulesOfTest(("smtpd_client_restrictions",
            "check_client_access inline:{{2001:db8:1:2:3:4:5:6=REJECT host} {2001:db8:1=REJECT network}}"));
        rules.Connect(address, Core.Dns.ClientName.Nameless(Core.Dns.ClientNameStatus.Missing));
        (await rules.RcptAsync()).ShouldBe(expected.Length == 0 ? "" : $"554 5.7.1 <unknown[{address}]>: Client host rejected: {expected}");
    }

    [Theory]
    [InlineData("x%elsewhere.test@hosted.test")]
    [InlineData("elsewhere.test!x@hosted.test")]
    [InlineData("\"x@elsewhere.test\"@hosted.test")]
    public async Task An_address_that_names_a_further_hop_is_not_permitted_by_its_domain(string recipient)
    {
        using var rules = new RulesOfTest(("smtpd_relay_restrictions", "check_recipient_access inline:{hosted.test=OK}, reject_unauth_destination"));
        (await rules.RcptAsync(recipient: "x@hosted.test")).ShouldBeEmpty();
        (await rules.RcptAsync(recipient: recipient)).ShouldStartWith("554 5.7.1 ");
    }

    [Fact]
    public async Task Nothing_of_a_message_that_was_refused_is_left_for_the_next()
    {
        using var rules = new RulesOfTest(("smtpd_sender_restrictions", "check_sender_access inline:{{a@sender.test=HOLD}}"));
        (await rules.RcptAsync()).ShouldBeEmpty();
        rules.Request.Actions.IsHeld.ShouldBeTrue();
        rules.Request.Actions.Clear();
        (await rules.RcptAsync("b@sender.test")).ShouldBeEmpty();
        rules.Request.Actions.IsHeld.ShouldBeFalse();
    }

    [Theory]
    [InlineData(@"\t\40!\\a", "\t !\\a")]
    [InlineData("", "")]
    [InlineData(@"\141b", "ab")]
    public void The_filter_of_expansions_is_read_with_its_escapes(string text, string expected) => EscapedText.Decode(text).ShouldBe(expected);
}
