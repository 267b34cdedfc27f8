using System.Globalization;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Restrictions;

/// <summary>swaks as a client from an address of its own.</summary>
internal static class Swaks
{
    /// <summary>Sends a message. Returns what the relay said last about the recipient, or about the message if that was taken.</summary>
    public static async Task<string> SendAsync(
        RelayProcess relay, string client, string sender, string recipient, string helo = "client.test", params string[] options)
    {
        var result = await Tool.RunAsync("swaks",
        [
            "--server", "127.0.0.1", "--port", relay.Port.ToString(CultureInfo.InvariantCulture), "--local-interface", client, "--ehlo", helo,
            "--from", sender, "--to", recipient, .. SampleFile.ForSwaks, .. options,
        ]);
        var replies = result.Output.Split('\n').Where(l => l.StartsWith('<')).Select(l => l.TrimStart('<', '-', '*', '~', ' ')).ToList();
        return replies.LastOrDefault(r => !r.StartsWith("221 ", StringComparison.Ordinal)) ?? result.Error;
    }
}
