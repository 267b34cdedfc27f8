using System.Net;
using System.Text;
using BulkRelay.EndToEnd.Dialogs;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>Sends one message with the envelope commands that a test writes.</summary>
internal static class SmtpTalk
{
    private const int SampleSize = 14_000;

    /// <summary>EHLO, the commands, DATA, the content, QUIT. Every reply has to be positive.</summary>
    public static Task SendAsync(int port, string helo, string content, params string[] envelope) =>
        SendAsync(port, helo, Encoding.UTF8.GetBytes(content + ".\r\n"), envelope);

    /// <summary>The same with a sample message, of which the sink that gets it sees whether it is as it was sent.</summary>
    public static Task SendSampleAsync(int port, string helo, params string[] envelope) =>
        SendAsync(port, helo, DotStuffing.Add(SampleMessage.Create("talk", SampleSize)), envelope);

    private static async Task SendAsync(int port, string helo, byte[] data, string[] envelope)
    {
        using var client = new DialogClient(IPAddress.Loopback, new IPEndPoint(IPAddress.Loopback, port));
        await ExpectAsync(client, "the greeting");
        foreach (var command in (string[])[$"EHLO {helo}", .. envelope, "DATA"])
            await SayAsync(client, Encoding.UTF8.GetBytes(command + "\r\n"), command);
        await SayAsync(client, data, "end of data");
        await SayAsync(client, "QUIT\r\n"u8.ToArray(), "QUIT");
    }

    private static async Task SayAsync(DialogClient client, byte[] octets, string what)
    {
        await client.SendAsync(octets);
        await ExpectAsync(client, what);
    }

    private static async Task ExpectAsync(DialogClient client, string command)
    {
        string? line;
        do line = await client.ReadLineAsync();
        while (line is [_, _, _, '-', ..]);
        (line is ['2' or '3', ..]).ShouldBeTrue($"{command}: {line}");
    }
}
