using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Ingress;

/// <summary>Commands that are sent ahead of time, where the operator puts up with that.</summary>
public sealed class PipeliningTests : IngressTest
{
    /// <summary>A line of so many octets with its line end fills the buffer: what is behind it stays in the socket.</summary>
    private const int Buffer = 32 * 1024;

    [Fact]
    public async Task A_command_is_what_it_was_although_the_next_one_is_read_before_it_is_served()
    {
        var taken = new TaskCompletionSource<IncomingMessage>();
        Submit = message =>
        {
            taken.TrySetResult(message);
            return ValueTask.FromResult(StoreResult.Stored);
        };
        Configure(("smtpd_forbid_unauth_pipelining", "no"), ("line_length_limit", $"{Buffer - 2}"),
            ("smtpd_recipient_restrictions", "permit_mynetworks"));
        using (var client = await ConnectAsync())
        {
            (await client.CommandAsync("HELO client.test")).ShouldStartWith("250 ");
            await client.SendAsync($"{"MAIL FROM:<first@x.test>".PadRight(Buffer - 2)}\r\nRCPT TO:<second@y.test>\r\n");
            (await client.ReadReplyAsync()).ShouldBe("250 2.1.0 Ok");
            (await client.ReadReplyAsync()).ShouldBe("250 2.1.5 Ok");
            (await client.CommandAsync("DATA")).ShouldStartWith("354 ");
            (await client.CommandAsync("text\r\n.")).ShouldStartWith("250 ");
            (await client.CommandAsync("QUIT")).ShouldStartWith("221 ");
        }
        var message = await taken.Task.WaitAsync(Patience);
        message.Envelope.Sender.ShouldBe("first@x.test");
        message.Recipients.ShouldHaveSingleItem().Address.ShouldBe("second@y.test");
        (await StopAndReadLogAsync())
            .ShouldContain("improper command pipelining after MAIL from unknown[127.0.0.1]: RCPT TO:<second@y.test>");
    }
}
