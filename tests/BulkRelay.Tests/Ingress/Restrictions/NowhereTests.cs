using System.Net;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Smtp;

namespace BulkRelay.Tests.Ingress.Restrictions;

/// <summary>Mail that could only be returned is refused: its sender may be forged (backscatter).</summary>
public sealed class NowhereTests : IDisposable
{
    private static readonly Route Nowhere = new(new DestinationKey("error", "5.3.5 no local delivery"), AddressClass.Local, IsNowhere: true);
    private static readonly Route Elsewhere = new(new DestinationKey("smtp", "[mail.test]:25"));
    private static readonly Route ByDns = new(new DestinationKey("smtp", "origin.test"));

    private readonly RestrictionBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("a@mine.test", "550 5.1.1 <a@mine.test>: Recipient address rejected: User unknown in local recipient table")]
    [InlineData("|program@mine.test", "550 5.1.1 <|program@mine.test>: Recipient address rejected: User unknown in local recipient table")]
    [InlineData("b@relayed.test", "permitted")]
    public async Task A_recipient_in_mydestination_whose_mail_nobody_delivers_is_refused(string recipient, string reply)
    {
        (_bench.Recipient, _bench.Route) =
            (recipient, (address, _, _, _) => new(address.EndsWith("@mine.test", StringComparison.Ordinal) ? Nowhere : Elsewhere));
        (await _bench.AskAsync("", ("mydestination", "mine.test"))).ShouldBe(reply);
    }

    [Fact]
    public async Task Not_if_tables_send_it_elsewhere_or_the_operator_takes_what_is_not_listed()
    {
        (_bench.Recipient, _bench.Route) = ("a@mine.test", (_, _, _, _) => new(Elsewhere));
        (await _bench.AskAsync("", ("mydestination", "mine.test"))).ShouldBe("permitted");
        _bench.Route = (_, _, _, _) => new(Nowhere);
        (await _bench.AskAsync("", ("mydestination", "mine.test"), ("local_recipient_maps", "inline:{ a=x }")))
            .ShouldBe("550 5.3.5 <a@mine.test>: Recipient address rejected: no local delivery here");
        (await _bench.AskAsync("", ("mydestination", "mine.test"), ("local_recipient_maps", "")))
            .ShouldBe("550 5.3.5 <a@mine.test>: Recipient address rejected: no local delivery here");
        (await _bench.AskAsync("", ("mydestination", "mine.test"), ("local_recipient_maps", "fail:x")))
            .ShouldBe("550 5.3.5 <a@mine.test>: Recipient address rejected: no local delivery here");
        (await _bench.AskAsync("", ("mydestination", "mine.test"), ("smtpd_reject_unlisted_recipient", "no"))).ShouldBe("permitted");
        (await _bench.AskAsync("", ("mydestination", "mine.test"), ("show_user_unknown_table_name", "no")))
            .ShouldBe("550 5.1.1 <a@mine.test>: Recipient address rejected: User unknown");
    }

    public static TheoryData<string, string> WaysOfThePostmaster => new()
    {
        { "nowhere", "550 5.1.1 <postmaster>: Recipient address rejected: User unknown" },
        { "relayhost", "permitted" },
        { "host", "permitted" },
        { "no host", "550 5.1.1 <postmaster>: Recipient address rejected: User unknown" },
        { "no answer", "permitted" },
    };

    [Theory]
    [MemberData(nameof(WaysOfThePostmaster))]
    public async Task The_postmaster_gets_mail_from_anyone_if_there_is_a_way_to_him(string way, string reply)
    {
        _bench.Recipient = "postmaster";
        _bench.Route = (_, _, _, _) => new(way switch { "nowhere" => Nowhere, "relayhost" => Elsewhere, _ => ByDns });
        if (way == "host") _bench.MailHosts = MailHosts.Found([new MailHost("mail.test", IPAddress.Loopback, 25, 0)]);
        if (way is "no host" or "relayhost") _bench.MailHosts = MailHosts.None(new EnhancedStatus(5, 4, 4), "no host");
        (await _bench.AskAsync("reject", ("mydestination", ""))).ShouldBe(reply);
    }
}
