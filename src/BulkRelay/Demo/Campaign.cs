using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.Server.Demo;

/// <summary>A client that sends a campaign: numbered messages of one size over several sessions, spread over the given domains.</summary>
internal sealed class Campaign(IPEndPoint relay, int messages, int size, IReadOnlyList<string> domains, DemoLedger ledger)
{
    /// <summary>The header field that carries a message's number.</summary>
    public const string NumberField = "X-Demo-Number";

    private readonly string _padding = string.Concat(Enumerable.Repeat("Dear reader, this line is here to make the message as long as real ones are.\r\n", 1 + size / 80));
    private int _next;

    /// <summary>The number of a message, from its content; -1 if it has none.</summary>
    public static int NumberOf(ReadOnlySpan<byte> content)
    {
        var at = content.IndexOf("X-Demo-Number: "u8);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(content[(at + NumberField.Length + 2)..], out int number, out _) ? number : -1;
    }

    /// <summary>Sends everything. A refused message ends the run with an exception: the demonstration has no reason to be refused.</summary>
    public Task SendAsync(int sessions, CancellationToken cancel) =>
        Task.WhenAll(Enumerable.Range(0, sessions).Select(_ => Task.Run(() => SessionAsync(cancel), cancel)));

    private async Task SessionAsync(CancellationToken cancel)
    {
        using var socket = new Socket(relay.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(relay, cancel);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await ExpectAsync(reader, "220", cancel);
        await AskAsync(stream, reader, "EHLO campaign.test\r\n", ["250"], cancel);
        for (var number = Interlocked.Increment(ref _next); number <= messages; number = Interlocked.Increment(ref _next))
        {
            var recipient = string.Create(CultureInfo.InvariantCulture, $"reader{number}@{domains[number % domains.Count]}");
            await AskAsync(stream, reader, $"MAIL FROM:<news@campaign.test>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n", ["250", "250", "354"], cancel);
            await AskAsync(stream, reader, Message(number, recipient), ["250"], cancel);
            ledger.WasAccepted(number);
        }
        await AskAsync(stream, reader, "QUIT\r\n", ["221"], cancel);
    }

    private string Message(int number, string recipient)
    {
        var head = string.Create(CultureInfo.InvariantCulture,
            $"From: News <news@campaign.test>\r\nTo: <{recipient}>\r\nSubject: News {number}\r\nMessage-ID: <{number}@campaign.test>\r\n{NumberField}: {number}\r\n\r\n");
        var lines = Math.Max(1, (size - head.Length) / 80) * (_padding.Length / (1 + size / 80));
        return string.Concat(head, _padding.AsSpan(0, Math.Min(lines, _padding.Length)), ".\r\n");
    }

    private static async Task AskAsync(NetworkStream stream, StreamReader reader, string text, string[] codes, CancellationToken cancel)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancel);
        foreach (var code in codes) await ExpectAsync(reader, code, cancel);
    }

    private static async Task ExpectAsync(StreamReader reader, string code, CancellationToken cancel)
    {
        string? line;
        do line = await reader.ReadLineAsync(cancel);
        while (line is { Length: > 3 } && line[3] == '-');
        if (line is null || !line.StartsWith(code, StringComparison.Ordinal)) throw new IOException($"the relay said '{line}' where {code} was expected");
    }
}
