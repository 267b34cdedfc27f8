using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Egress;

public sealed class MailNeedsTests
{
    private const string EightBit = "Subject: x\r\n\r\nGrüße\r\n";
    private const string Utf8Header = "Subject: Grüße\r\n\r\nx\r\n";

    [Fact]
    public async Task A_message_over_the_limit_of_the_server_is_not_tried()
    {
        var (outcome, received) = await DeliverAsync(EgressFixture.Mail(), ["SIZE 24"]);

        outcome.Action.ShouldBe(DeliveryAction.Failed);
        outcome.Status.ToString().ShouldBe("5.3.4");
        outcome.Reason.ShouldBe("message size 25 exceeds size limit 24 of server 127.0.0.1[127.0.0.1]");
        received.ShouldBe("EHLO relay.test\r\nQUIT\r\n");
    }

    [Theory]
    [InlineData("8BITMIME", " BODY=8BITMIME")]
    [InlineData("SMTPUTF8", "")]
    public async Task Content_with_8_bits_goes_to_servers_that_take_it(string extension, string parameter)
    {
        var message = EgressFixture.Mail().Entry.Message with { Is8Bit = true };

        var (outcome, received) = await DeliverAsync(EgressFixture.Mail(message, EightBit), [extension]);

        outcome.Action.ShouldBe(DeliveryAction.Delivered);
        received.ShouldContain($"MAIL FROM:<sender@example.com>{parameter}\r\n");
    }

    [Fact]
    public async Task Content_with_8_bits_is_returned_when_no_server_takes_it()
    {
        var message = EgressFixture.Mail().Entry.Message with { Is8Bit = true };

        var (outcome, received) = await DeliverAsync(EgressFixture.Mail(message, EightBit), []);

        outcome.Action.ShouldBe(DeliveryAction.Failed);
        outcome.Status.ToString().ShouldBe("5.6.3");
        received.ShouldNotContain("MAIL");
    }

    [Fact]
    public async Task Content_that_was_only_declared_to_have_8_bits_goes_everywhere()
    {
        var message = EgressFixture.Mail().Entry.Message with { Is8Bit = true };

        (await DeliverAsync(EgressFixture.Mail(message), [])).Outcome.Action.ShouldBe(DeliveryAction.Delivered);
    }

    [Fact]
    public async Task Content_with_8_bits_goes_everywhere_if_the_operator_wants_it()
    {
        var message = EgressFixture.Mail().Entry.Message with { Is8Bit = true };

        (await DeliverAsync(EgressFixture.Mail(message, EightBit), [], ("disable_mime_output_conversion", "yes"))).Outcome.Action
            .ShouldBe(DeliveryAction.Delivered);
    }

    [Theory]
    [InlineData("rcpt@example.net", EgressFixture.Simple, true)]
    [InlineData("rcpt@example.net", EightBit, false)]
    [InlineData("rcpt@example.net", Utf8Header, false)]
    [InlineData("grüße@example.net", EgressFixture.Simple, false)]
    public async Task Mail_that_needs_utf8_is_returned_when_no_server_offers_it(string address, string content, bool isDelivered)
    {
        var message = EgressFixture.Mail().Entry.Message with { IsSmtpUtf8 = true, Is8Bit = content != EgressFixture.Simple };

        var (outcome, _) = await DeliverAsync(EgressFixture.Mail(message, content, address), content == EightBit ? [] : ["8BITMIME"]);

        outcome.Action.ShouldBe(isDelivered ? DeliveryAction.Delivered : DeliveryAction.Failed);
        if (!isDelivered) outcome.Status.ToString().ShouldBe(content == EightBit ? "5.6.3" : "5.6.7");
    }

    /// <summary>Local parts beyond ASCII that came without SMTPUTF8 go on as they came, as with Postfix: whom they were good for once, they are good for now.</summary>
    [Fact]
    public async Task Mail_that_does_not_ask_for_utf8_goes_on_as_it_came()
    {
        var message = EgressFixture.Mail().Entry.Message with { IsSmtpUtf8 = false };

        var (outcome, received) = await DeliverAsync(EgressFixture.Mail(message, EgressFixture.Simple, "ü@example.net"), []);

        outcome.Action.ShouldBe(DeliveryAction.Delivered);
        received.ShouldContain("MAIL FROM:<sender@example.com>\r\nRCPT TO:<Ã¼@example.net>\r\n");
    }

    [Fact]
    public async Task Mail_that_asks_for_utf8_says_so_to_a_server_that_offers_it()
    {
        var message = EgressFixture.Mail().Entry.Message with { IsSmtpUtf8 = true, Is8Bit = true };

        var (outcome, received) = await DeliverAsync(EgressFixture.Mail(message, Utf8Header, "ü@example.net"), ["8BITMIME", "SMTPUTF8"]);

        outcome.Action.ShouldBe(DeliveryAction.Delivered);
        received.ShouldContain("MAIL FROM:<sender@example.com> BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<Ã¼@example.net>\r\n");
    }

    private static async Task<(RecipientOutcome Outcome, string Received)> DeliverAsync(
        DeliveryRequest request, string[] extensions, params (string Name, string Value)[] settings)
    {
        await using var fixture = new EgressFixture(settings);
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync(extensions);
            if (await c.IsNextAsync("MAIL")) await c.TakeMailAsync();
        });
        var outcome = await fixture.DeliverAsync(server.Nexthop, request);
        return (outcome.Recipients[0], (await server.EndedAsync())[0].Received);
    }
}
