using System.Globalization;
using System.Text;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Applets;

/// <summary><c>postcat -q</c>: envelope, header and body of a queued message, in Postfix's form.</summary>
internal sealed class Postcat
{
    private const string Usage = "postcat [-b (body text)] [-c config_dir] [-d (decimal record type)] [-e (envelope records)] [-h (header text)] "
        + "[-o (record offsets)] [-q (access queue)] [-v] [queue_id...]";

    private readonly TextWriter _output;
    private readonly bool _hasOffsets;
    private readonly bool _isVerbose;
    private readonly bool _envelope;
    private readonly bool _header;
    private readonly bool _body;

    /// <summary>Where the next record would stand in a queue file of Postfix: a type, a length of 7 bits an octet, the text.</summary>
    private long _offset;

    private Postcat(ShortOptions options, TextWriter output)
    {
        _output = output;
        _hasOffsets = options.Has('o');
        _isVerbose = options.Has('v');
        var all = !options.Has('e') && !options.Has('h') && !options.Has('b');
        _envelope = all || options.Has('e');
        _header = all || options.Has('h');
        _body = all || options.Has('b');
    }

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var tool = new QueueTool("postcat", Usage, 1, output, error);
        if (!tool.TryParse(args, "bc:dehoqv", out var options, out var status)) return status;
        if (!options.Has('q') || options.Arguments.Count == 0)
            return tool.Fatal("say -q and the queue id: the queue is a database, it has no files to show");
        return await tool.WithQueueAsync(options, async (queue, _) =>
        {
            foreach (var id in options.Arguments)
            {
                var message = await queue.FindAsync(id, CancellationToken.None);
                await using var content = message is null ? null : await queue.ContentAsync(id, CancellationToken.None);
                if (message is null || content is null) return tool.Fatal($"open queue file {id}: No such message in the queue");
                // Octets are printed as they are, so the text of the envelope goes out in their coding as well.
                await output.FlushAsync();
                await using var raw = output is StreamWriter { BaseStream: var stream } ? new StreamWriter(stream, Encoding.Latin1, leaveOpen: true) : null;
                await new Postcat(options, raw ?? output).PrintAsync(message, content);
            }
            return 0;
        });
    }

    private async Task PrintAsync(QueuedMessage message, Stream content)
    {
        var name = $"{(message.Envelope.IsHeld ? "hold" : "deferred")}/{message.Envelope.QueueId}";
        if (_envelope)
        {
            Write($"*** ENVELOPE RECORDS {name} ***");
            PrintEnvelope(message);
            if (_hasOffsets) Offset();
            Write($"*** MESSAGE CONTENTS {name} ***");
        }
        _offset += 2;
        await PrintContentAsync(content);
        if (!_envelope) return;
        if (_hasOffsets) Offset();
        Write($"*** HEADER EXTRACTED {name} ***");
        _offset += 2;
        if (_hasOffsets) Offset();
        Write($"*** MESSAGE FILE END {name} ***");
    }

    private void PrintEnvelope(QueuedMessage message)
    {
        var envelope = message.Envelope;
        Record("message_size: ", string.Create(CultureInfo.InvariantCulture,
            $"{envelope.Size,15} {0,15} {message.Recipients.Count,15} {0,15} {envelope.Size,15} {0,15}"));
        Record("message_arrival_time: ", envelope.Arrived.ToLocalTime().ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture));
        Record("sender: ", InLatin1(envelope.Sender));
        Attribute("log_client_name", envelope.ClientName);
        Attribute("log_client_address", envelope.ClientAddress);
        Attribute("log_helo_name", envelope.HeloName);
        Attribute("log_protocol_name", envelope.Protocol);
        Attribute("sasl_username", envelope.SaslLogin);
        Attribute("flow", envelope.Flow);
        Attribute("envelope_id", envelope.Envid);
        if (envelope.Filter.Length > 0) Record("content_filter: ", InLatin1(envelope.Filter));
        foreach (var recipient in message.Recipients)
        {
            Attribute("dsn_orig_rcpt", recipient.Orcpt);
            Record("recipient: ", InLatin1(recipient.Address));
        }
    }

    private void Attribute(string name, string value)
    {
        if (value.Length > 0) Record("named_attribute: ", $"{name}={InLatin1(value)}");
    }

    /// <summary>A text whose octets, written as Latin-1, are those of its UTF-8.</summary>
    private static string InLatin1(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>The lines as they are, only with plain line ends.</summary>
    private async Task PrintContentAsync(Stream content)
    {
        using var reader = new StreamReader(content, Encoding.Latin1);
        var inBody = false;
        while (await reader.ReadLineAsync() is { } line)
        {
            if (inBody ? _body : _header) Record(_isVerbose ? "regular_text: " : "", line);
            else Pass(line.Length);
            inBody |= line.Length == 0;
            if (inBody && !_body && !_envelope) return;
        }
    }

    private void Record(string heading, string text)
    {
        if (_hasOffsets) Offset();
        Write(heading + text);
        Pass(text.Length);
    }

    private void Pass(int length)
    {
        _offset += 1 + length;
        do _offset++; while ((length >>= 7) > 0);
    }

    private void Offset() => _output.Write(string.Create(CultureInfo.InvariantCulture, $"{_offset,9} "));

    private void Write(string line) => _output.Write(line + "\n");
}
