using System.Net;
using System.Text;
using BulkRelay.EndToEnd.Dialogs;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>Sends one message with the envelope commands that a test writes.</summary>
internal static class SmtpTalk
{
    /// <summary>EHLO, the commands, DATA, the content, QUIT. Every reply has to be positive.</summary>
    public static async Task SendAsync(int port, string helo, string content, params string[] envelope)
    {
        using var client = new DialogClient(IPAddress.Loopback, new IPEndPoint(IPAddress.Loopback, port));
        await ExpectAsync(client, "the greeting");
        foreach (var command in (string[])[$"EHLO {helo}", .. envelope, "DATA", content + ".", "QUIT"])
        {
            await client.SendAsync(Encoding.UTF8.GetBytes(command + "\r\n"));
            await ExpectAsync(client, command);
        }
    }

    private static async Task ExpectAsync(DialogClient client, string command)
    {
        string? line;
        do line = await client.ReadLineAsync();
        while (line is [_, _, _, '-', ..]);
        (line is ['2' or '3', ..]).ShouldBeTrue($"{command}: {line}");
    }
}
