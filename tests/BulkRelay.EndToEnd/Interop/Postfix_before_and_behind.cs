using System.Text;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.EndToEnd.Ledger;

namespace BulkRelay.EndToEnd.Interop;

/// <summary>A real Postfix as the next hop and as the previous one.</summary>
public sealed class Postfix_before_and_behind
{
    private readonly byte[] _message = LedgerMessage.Create("postfix", 3000);

    [Fact]
    public async Task Mail_relayed_to_Postfix_arrives_octet_for_octet()
    {
        await using var inbox = new SinkInbox();
        await using var postfix = await PostfixProcess.StartAsync(inbox.Port);
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{postfix.Port}");
        await relay.StartAsync();
        await SendAsync(relay.Port);
        await ArrivedAsync(inbox, "by postfix.test", "by relay.test");
    }

    [Fact]
    public async Task Mail_relayed_by_Postfix_arrives_octet_for_octet()
    {
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{inbox.Port}");
        await relay.StartAsync();
        await using var postfix = await PostfixProcess.StartAsync(relay.Port);
        await SendAsync(postfix.Port);
        await ArrivedAsync(inbox, "by relay.test", "by postfix.test");
    }

    private async Task SendAsync(int port)
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.File("m"), _message);
        (await Tool.RunAsync("curl", ["-sS", $"smtp://127.0.0.1:{port}", "--mail-from", "a@campaign.test", "--mail-rcpt", "b@dest.test", "-T", folder.File("m")])).Succeeded();
    }

    private async Task ArrivedAsync(SinkInbox inbox, params string[] hops)
    {
        var arrived = (await inbox.NextAsync()).Content();
        Encoding.ASCII.GetString(arrived[^_message.Length..]).ShouldBe(Encoding.ASCII.GetString(_message));
        var trace = Encoding.ASCII.GetString(arrived[..^_message.Length]).Split("Received: ", StringSplitOptions.RemoveEmptyEntries);
        trace.Length.ShouldBe(hops.Length);
        for (var n = 0; n < hops.Length; n++) trace[n].ShouldContain(hops[n]);
    }
}
