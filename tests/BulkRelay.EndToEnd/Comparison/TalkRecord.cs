using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using BulkRelay.EndToEnd.Dialogs;

namespace BulkRelay.EndToEnd.Comparison;

/// <summary>What a server said in a dialogue: for each step what the client did, and the reply, with the names of messages taken out.</summary>
internal static partial class TalkRecord
{
    /// <summary>Holds the dialogue with a server, and beside it the connections that do nothing.</summary>
    public static async Task<List<(string Step, string Reply)>> MakeAsync(Talk talk, int port)
    {
        var held = new List<DialogClient>();
        try
        {
            for (var i = 0; i < talk.Held; i++)
            {
                held.Add(new DialogClient(talk.Client, new IPEndPoint(IPAddress.Loopback, port)));
                await ReplyAsync(held[i]);
            }
            var record = await HoldAsync(talk, port);
            foreach (var client in held) await client.SendAsync("QUIT\r\n"u8.ToArray());
            foreach (var client in held) await ReplyAsync(client);
            return record;
        }
        finally
        {
            foreach (var client in held) client.Dispose();
        }
    }

    private static async Task<List<(string Step, string Reply)>> HoldAsync(Talk talk, int port)
    {
        using var client = new DialogClient(talk.Client, new IPEndPoint(IPAddress.Loopback, port));
        if (talk.Early.Length > 0) await client.SendAsync(Escapes.Decode(talk.Early));
        var record = new List<(string Step, string Reply)> { ("(connect)", await ReplyAsync(client)) };
        foreach (var step in talk.Steps)
        {
            var (keyword, text) = step.Split(' ', 2) is [var first, var rest] ? (first, rest) : (step, "");
            if (keyword is ">" or ">>") await client.SendAsync([.. Escapes.Decode(text), .. "\r\n"u8]);
            if (keyword != ">>") record.Add((text.Length > 0 ? text : $"({keyword})", await ReplyAsync(client)));
        }
        return record;
    }

    private static async Task<string> ReplyAsync(DialogClient client)
    {
        var reply = new StringBuilder();
        while (await client.ReadLineAsync() is { } line)
        {
            if (reply.Length > 0) reply.Append("\\n");
            reply.Append(line);
            if (line.Length < 4 || line[3] != '-') return QueuedAs().Replace(reply.ToString(), "queued as *");
        }
        return "(closed)";
    }

    [GeneratedRegex("queued as [0-9A-Za-z]+")]
    private static partial Regex QueuedAs();
}
