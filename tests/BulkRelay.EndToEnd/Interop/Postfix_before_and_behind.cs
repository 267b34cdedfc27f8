using System.Text;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.EndToEnd.Interop;

/// <summary>A real Postfix as the next hop and as the previous one.</summary>
public sealed class Postfix_before_and_behind
{
    private static readonly int[] Sizes = [400, 3000, 14_000, 90_000, 1_500_000];

    [Fact]
    public async Task Mail_relayed_to_Postfix_arrives_octet_for_octet()
    {
        await using var inbox = new SinkInbox();
        await using var postfix = await PostfixProcess.StartAsync(inbox.Port);
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{postfix.Port}");
        await relay.StartAsync();
        await RelayedAsync(relay.Port, inbox, "by postfix.test", "by relay.test");
    }

    [Fact]
    public async Task Mail_relayed_by_Postfix_arrives_octet_for_octet()
    {
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{inbox.Port}");
        await relay.StartAsync();
        await using var postfix = await PostfixProcess.StartAsync(relay.Port);
        await RelayedAsync(postfix.Port, inbox, "by relay.test", "by postfix.test");
    }

    private static async Task RelayedAsync(int port, SinkInbox inbox, params string[] hops)
    {
        foreach (var size in Sizes)
        {
            var message = SampleMessage.Create($"postfix{size}", size);
            await SendAsync(port, message);
            Compare(message, (await inbox.NextAsync()).Content(), hops);
        }
    }

    private static async Task SendAsync(int port, byte[] message)
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.File("m"), message);
        (await Tool.RunAsync("curl", ["-sS", $"smtp://127.0.0.1:{port}", "--mail-from", "a@campaign.test", "--mail-rcpt", "b@dest.test", "-T", folder.File("m")])).Succeeded();
    }

    private static void Compare(byte[] sent, byte[] arrived, string[] hops)
    {
        arrived.AsSpan(arrived.Length - sent.Length).SequenceEqual(sent).ShouldBeTrue($"{sent.Length} octets");
        var trace = Encoding.ASCII.GetString(arrived[..^sent.Length]).Split("Received: ", StringSplitOptions.RemoveEmptyEntries);
        trace.Length.ShouldBe(hops.Length);
        for (var n = 0; n < hops.Length; n++) trace[n].ShouldContain(hops[n]);
    }
}
