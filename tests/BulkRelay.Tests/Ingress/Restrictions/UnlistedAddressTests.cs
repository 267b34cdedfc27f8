using BulkRelay.Core.Configuration;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Restrictions;

/// <summary>What Postfix answers of an address whose mail could only be returned; the texts are those of Postfix 3.7.</summary>
public sealed class UnlistedAddressTests : IDisposable
{
    private const string Unknown = "Recipient address rejected: User unknown in local recipient table";

    private readonly RestrictionBench _bench = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("known@mine.test", "")]
    [InlineData("Known@MINE.test", "")]
    [InlineData("known+x@mine.test", "")]
    [InlineData("full@mine.test", "")]
    [InlineData("full+x@mine.test", "")]
    [InlineData("anyone@all.test", "")]
    [InlineData("postmaster@mine.test", "")]
    [InlineData("Mailer-Daemon@mine.test", "")]
    [InlineData("double-bounce@mine.test", "")]
    [InlineData("none@mine.test", "550 5.1.1 <none@mine.test>: " + Unknown)]
    [InlineData("postmaster2@mine.test", "550 5.1.1 <postmaster2@mine.test>: " + Unknown)]
    [InlineData("none+x@mine.test", "550 5.1.1 <none+x@mine.test>: " + Unknown)]
    [InlineData("full@all2.test", "550 5.1.1 <full@all2.test>: " + Unknown)]
    [InlineData("a@relayed.test", "")]
    public async Task Of_the_names_here_those_are_known_that_are_in_local_recipient_maps(string recipient, string reply) =>
        await ShouldBeAsync(recipient, reply,
            ("local_recipient_maps", "inline:{ known=x, full@mine.test=x, @all.test=x }"), ("recipient_delimiter", "+"));

    [Fact]
    public async Task Those_are_the_users_and_the_aliases_of_this_machine()
    {
        var aliases = _folder.File("aliases");
        await File.WriteAllTextAsync(aliases, "# a list\nInfo: root,\n  other@y.test\n\"odd name\": root\nlist: :include:/nowhere\n");
        foreach (var maps in new[] { $"hash:{aliases}", $"proxy:hash:{aliases}", aliases })
        {
            var settings = ("alias_maps", maps);
            await ShouldBeAsync("root@mine.test", "", settings);
            await ShouldBeAsync("ROOT@mine.test", "", settings);
            await ShouldBeAsync("info@mine.test", "", settings);
            await ShouldBeAsync("\"odd name\"@mine.test", "", settings);
            await ShouldBeAsync("list@mine.test", "", settings);
            await ShouldBeAsync("nosuchuser@mine.test", "550 5.1.1 <nosuchuser@mine.test>: " + Unknown, settings);
            await ShouldBeAsync("Info:@mine.test", "550 5.1.1 <Info:@mine.test>: " + Unknown, settings);
        }
    }

    [Fact]
    public async Task Without_tables_every_name_is_known_and_a_table_that_fails_knows_nothing()
    {
        await ShouldBeAsync("none@mine.test", "", ("local_recipient_maps", ""));
        await ShouldBeAsync("none@mine.test", "451 4.3.0 <none@mine.test>: Temporary lookup failure", ("local_recipient_maps", "fail:x"));
        await ShouldBeAsync("none@mine.test", "", ("smtpd_reject_unlisted_recipient", "no"), ("local_recipient_maps", "fail:x"));
        await ShouldBeAsync("none@mine.test", "450 4.1.1 <none@mine.test>: Recipient address rejected: User unknown", ("local_recipient_maps", "inline:{ a=b }"),
            ("unknown_local_recipient_reject_code", "450"), ("show_user_unknown_table_name", "no"));
    }

    [Theory]
    [InlineData("error:plain text", "550 5.1.1", "plain text")]
    [InlineData("error:5.1.6 moved away", "550 5.1.6", "moved away")]
    [InlineData("error:", "550 5.1.1", "Address is undeliverable")]
    [InlineData("error:4.2.2 odd", "550 5.2.2", "odd")]
    [InlineData("retry:4.2.9 come back", "450 4.2.9", "come back")]
    [InlineData("retry:5.2.2 odd", "450 4.2.2", "odd")]
    [InlineData("retry:", "450 4.1.1", "Address is undeliverable")]
    [InlineData("nosuch:", "", "")]
    [InlineData("smtp:[mail.test]", "", "")]
    public async Task A_way_that_is_a_failure_is_one_at_RCPT(string way, string status, string text)
    {
        foreach (var recipient in new[] { "a@relayed.test", "a@mine.test" })
            await ShouldBeAsync(recipient, status.Length == 0 ? "" : $"{status} <{recipient}>: Recipient address rejected: {text}",
                ("transport_maps", $"inline:{{ {{relayed.test={way}}}, {{mine.test={way}}} }}"), ("local_recipient_maps", ""));
    }

    [Fact]
    public async Task A_way_that_cannot_be_found_out_is_a_failure_for_now()
    {
        await ShouldBeAsync("a@relayed.test", "451 4.3.0 <a@relayed.test>: Temporary lookup failure", ("transport_maps", "fail:x"));
        await ShouldBeAsync("a@relayed.test", "550 5.7.1 <a@relayed.test>: Recipient address rejected: none", ("relay_transport", "error:5.7.1 none"));
        await ShouldBeAsync("a@mine.test", "550 5.7.1 <a@mine.test>: Recipient address rejected: none", ("local_transport", "error:5.7.1 none"));
    }

    [Theory]
    [InlineData("known@mine.test", "")]
    [InlineData("none@mine.test", "550 5.1.0 <none@mine.test>: Sender address rejected: User unknown in local recipient table")]
    [InlineData("a@gone.test", "550 5.1.0 <a@gone.test>: Sender address rejected: gone")]
    [InlineData("a@later.test", "450 4.1.0 <a@later.test>: Sender address rejected: Address is undeliverable")]
    [InlineData("a@moved.test", "550 5.1.7 <a@moved.test>: Sender address rejected: moved")]
    [InlineData("a@other.test", "")]
    [InlineData("", "")]
    public async Task Senders_are_looked_at_in_the_same_way(string sender, string reply)
    {
        _bench.Sender = sender;
        foreach (var asked in new[] { ("smtpd_reject_unlisted_sender", "yes"), ("smtpd_sender_restrictions", "reject_unlisted_sender") })
            await ShouldBeAsync("b@relayed.test", reply, asked, ("local_recipient_maps", "inline:{ known=x }"),
                ("transport_maps", "inline:{ {gone.test=error:gone}, {later.test=retry:}, {moved.test=error:5.1.6 moved} }"));
        await ShouldBeAsync("b@relayed.test", "", ("transport_maps", "inline:{ {gone.test=error:gone}, {later.test=retry:} }"));
    }

    /// <summary>A user here may well send mail, though nobody gets any.</summary>
    [Fact]
    public async Task Known_senders_do_not_need_local_delivery()
    {
        _bench.Sender = "known@mine.test";
        await ShouldBeAsync("b@relayed.test", "", ("local_transport", "local"), ("smtpd_reject_unlisted_sender", "yes"), ("local_recipient_maps", "inline:{ known=x }"));
    }

    [Fact]
    public void Alias_files_that_the_default_names_need_not_exist()
    {
        _bench.Configure(("mydestination", "mine.test"));
        _bench.Faults.ShouldBeEmpty();
        var missing = $"hash:{_folder.File("none")}";
        _bench.Configure(("mydestination", "mine.test"), ("alias_maps", missing));
        var fault = _bench.Faults.ShouldHaveSingleItem();
        (fault.Severity, fault.Parameter).ShouldBe((FaultSeverity.Warning, "local_recipient_maps"));
        fault.Message.ShouldContain(missing);
        _bench.Configure(("mydestination", ""), ("alias_maps", missing));
        _bench.Faults.ShouldBeEmpty();
        _bench.Configure(("mydestination", "mine.test"), ("local_recipient_maps", missing));
        _bench.Faults.ShouldHaveSingleItem().Severity.ShouldBe(FaultSeverity.Error);
    }

    private async Task ShouldBeAsync(string recipient, string reply, params (string Name, string Value)[] settings)
    {
        _bench.Recipient = recipient;
        (await _bench.AskAsync("", [("mydestination", "mine.test, all.test, all2.test"), ("local_transport", "smtp:[mailbox.test]"), .. settings]))
            .ShouldBe(reply.Length > 0 ? reply : "permitted", $"{recipient} with {string.Join(", ", settings)}");
    }
}
