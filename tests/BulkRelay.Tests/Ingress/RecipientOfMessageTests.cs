using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Ingress;

/// <summary>Restrictions on the whole message are about the recipient that was accepted.</summary>
public sealed class RecipientOfMessageTests : IngressTest
{
    public static TheoryData<string> Between =>
        ["RCPT TO:<x@ext.test>", "RCPT TO:<x y@ext.test>", "VRFY ok@relay.test", "VRFY x@ext.test", "VRFY postmaster"];

    [Theory]
    [MemberData(nameof(Between))]
    public async Task What_was_only_tried_does_not_hide_it_from_the_restrictions_at_DATA(string command)
    {
        Forbid("smtpd_data_restrictions");
        using var client = await ConnectAsync();
        await BeginAsync(client, command);
        (await client.CommandAsync("DATA")).ShouldBe("554 5.7.1 <blocked@relay.test>: Recipient address rejected: Access denied");
        (await client.CommandAsync("BDAT 0 LAST")).ShouldBe("554 5.7.1 <blocked@relay.test>: Recipient address rejected: Access denied");
        var log = await StopAndReadLogAsync();
        log.ShouldContain("reject: DATA from unknown[127.0.0.1]: 554 5.7.1 <blocked@relay.test>: Recipient address rejected: Access denied; from=<a@x.test> to=<blocked@relay.test>");
    }

    [Theory]
    [MemberData(nameof(Between))]
    public async Task Nor_from_those_at_the_end_of_the_message(string command)
    {
        Forbid("smtpd_end_of_data_restrictions");
        using var client = await ConnectAsync();
        await BeginAsync(client, command);
        (await client.CommandAsync("DATA")).ShouldStartWith("354 ");
        (await client.CommandAsync("text\r\n.")).ShouldBe("554 5.7.1 <blocked@relay.test>: Recipient address rejected: Access denied");
    }

    [Fact]
    public async Task VRFY_has_nothing_done_to_the_message()
    {
        Configure(("relay_domains", "relay.test"),
            ("smtpd_recipient_restrictions", "check_recipient_access inline:{ { hold@relay.test = HOLD }, "
            + "{ discard@relay.test = DISCARD }, { bcc@relay.test = BCC b@relay.test }, { redirect@relay.test = REDIRECT r@relay.test }, "
            + "{ filter@relay.test = FILTER smtp:[x] } }"));
        var taken = new TaskCompletionSource<IncomingMessage>();
        Submit = message =>
        {
            taken.TrySetResult(message);
            return ValueTask.FromResult(StoreResult.Stored);
        };
        using var client = await ConnectAsync();
        await client.BeginTransactionAsync("ok@relay.test");
        foreach (var asked in new[] { "hold", "discard", "bcc", "redirect", "filter" })
            (await client.CommandAsync($"VRFY {asked}@relay.test")).ShouldStartWith("252 ");
        (await client.CommandAsync("DATA")).ShouldStartWith("354 ");
        (await client.CommandAsync("text\r\n.")).ShouldStartWith("250 ");
        var message = await taken.Task.WaitAsync(Patience);
        message.Recipients.ShouldHaveSingleItem().Address.ShouldBe("ok@relay.test");
        message.Envelope.IsHeld.ShouldBeFalse();
        message.Envelope.Filter.ShouldBeEmpty();
    }

    private static async Task BeginAsync(TestClient client, string command)
    {
        await client.BeginTransactionAsync("blocked@relay.test");
        await client.CommandAsync(command);
    }

    private void Forbid(string parameter) => Configure(
        (parameter, "check_recipient_access inline:{ { blocked@relay.test = REJECT } }"), ("relay_domains", "relay.test"),
            ("mynetworks", "192.0.2.1"));
}
