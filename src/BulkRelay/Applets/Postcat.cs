using System.Globalization;
using System.Text;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Applets;

/// <summary><c>postcat -q</c>: envelope, header and body of a queued message, in Postfix's form.</summary>
internal static class Postcat
{
    private const string Usage = "usage: postcat [-behq] [-c config_dir] -q queue_id ...";

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var tool = new QueueTool("postcat", Usage, output, error);
        if (!tool.TryParse(args, "c:behqv", out var options, out var status)) return status;
        if (!options.Has('q') || options.Arguments.Count == 0) return tool.Fatal("say -q and the queue id: the queue is a database, it has no files to show");
        return await tool.WithQueueAsync(options, async queue =>
        {
            foreach (var id in options.Arguments)
            {
                var message = await queue.FindAsync(id, CancellationToken.None);
                await using var content = message is null ? null : await queue.ContentAsync(id, CancellationToken.None);
                if (message is null || content is null) return tool.Fatal($"no message {id} in the queue");
                await PrintAsync(message, content, options, output);
            }
            return 0;
        });
    }

    private static async Task PrintAsync(QueuedMessage message, Stream content, ShortOptions options, TextWriter output)
    {
        var all = !options.Has('e') && !options.Has('h') && !options.Has('b');
        var name = $"{(message.Envelope.IsHeld ? "hold" : "deferred")}/{message.Envelope.QueueId}";
        if (all || options.Has('e')) PrintEnvelope(message, name, all, output);
        if (all) await output.WriteLineAsync($"*** MESSAGE CONTENTS {name} ***");
        if (all || options.Has('h') || options.Has('b')) await PrintContentAsync(content, all || options.Has('h'), all || options.Has('b'), output);
        if (all) await output.WriteLineAsync($"*** HEADER EXTRACTED {name} ***\n*** MESSAGE FILE END {name} ***");
    }

    private static void PrintEnvelope(QueuedMessage message, string name, bool heading, TextWriter output)
    {
        var envelope = message.Envelope;
        if (heading) output.WriteLine($"*** ENVELOPE RECORDS {name} ***");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"message_size: {envelope.Size,15} {0,15} {message.Recipients.Count,15} {0,15} {envelope.Size,15} {0,15}"));
        output.WriteLine($"message_arrival_time: {envelope.Arrived.ToLocalTime().ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture)}");
        Attribute("log_client_name", envelope.ClientName, output);
        Attribute("log_client_address", envelope.ClientAddress, output);
        Attribute("log_helo_name", envelope.HeloName, output);
        Attribute("log_protocol_name", envelope.Protocol, output);
        Attribute("envelope_id", envelope.Envid, output);
        output.WriteLine($"sender: {envelope.Sender}");
        foreach (var recipient in message.Recipients)
        {
            if (recipient.Orcpt.Length > 0) output.WriteLine($"named_attribute: dsn_orig_rcpt={recipient.Orcpt}");
            output.WriteLine($"recipient: {recipient.Address}");
        }
    }

    private static void Attribute(string name, string value, TextWriter output)
    {
        if (value.Length > 0) output.WriteLine($"named_attribute: {name}={value}");
    }

    /// <summary>The octets as they are, only with plain line ends; where the output takes text only, octets above 127 become what Latin-1 makes of them.</summary>
    private static async Task PrintContentAsync(Stream content, bool header, bool body, TextWriter output)
    {
        await output.FlushAsync();
        await using var raw = output is StreamWriter { BaseStream: var stream } ? new StreamWriter(stream, Encoding.Latin1, leaveOpen: true) : null;
        using var reader = new StreamReader(content, Encoding.Latin1);
        var inBody = false;
        while (await reader.ReadLineAsync() is { } line)
        {
            if (inBody ? body : header) await (raw ?? output).WriteAsync(line + "\n");
            inBody |= line.Length == 0;
            if (inBody && !body) return;
        }
    }
}
