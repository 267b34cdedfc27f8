using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.Server.Sink;

/// <summary>One connection to the sink.</summary>
internal sealed class SinkSession(SinkServer server, Socket socket)
{
    private const int LongestLine = 8 * 1024;

    private static readonly byte[] EndOfData = "\r\n.\r\n"u8.ToArray();
    private static readonly byte[] Greeting = "220 sink ESMTP\r\n"u8.ToArray();
    private static readonly byte[] Plain = "250 sink\r\n"u8.ToArray();
    private static readonly byte[] Extended =
        "250-sink\r\n250-PIPELINING\r\n250-SIZE\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250 ENHANCEDSTATUSCODES\r\n"u8.ToArray();
    private static readonly byte[] Ok = "250 2.0.0 Ok\r\n"u8.ToArray();
    private static readonly byte[] Go = "354 End data with <CR><LF>.<CR><LF>\r\n"u8.ToArray();
    private static readonly byte[] Later = "450 4.2.0 Deferred by the sink\r\n"u8.ToArray();
    private static readonly byte[] Never = "550 5.1.1 Rejected by the sink\r\n"u8.ToArray();
    private static readonly byte[] NoRecipients = "554 5.5.1 No valid recipients\r\n"u8.ToArray();
    private static readonly byte[] Bye = "221 2.0.0 Bye\r\n"u8.ToArray();
    private static readonly byte[] Unknown = "500 5.5.2 Command not recognized\r\n"u8.ToArray();

    private readonly ArrayBufferWriter<byte> _replies = new();
    private readonly List<string> _recipients = [];
    private string _sender = "";

    private SinkOptions Options => server.Options;

    public async Task RunAsync(CancellationToken stop)
    {
        server.Counters.Connected();
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 32 * 1024));
            await TalkAsync(stream, reader, stop);
            await reader.CompleteAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer went away, or the sink is being closed.
        }
        finally
        {
            server.Counters.Disconnected();
        }
    }

    private async Task TalkAsync(NetworkStream stream, PipeReader reader, CancellationToken stop)
    {
        if (!Refuse(SinkStage.Connect, out var refusal)) return;
        await stream.WriteAsync(refusal ?? Greeting, stop);
        var next = refusal is null ? Next.Continue : Next.Quit;
        while (next is Next.Continue or Next.Data)
        {
            var read = await reader.ReadAsync(stop);
            var rest = read.Buffer;
            next = Next.Continue;
            while (next == Next.Continue && TryReadLine(ref rest, out var line)) next = Command(line);
            reader.AdvanceTo(rest.Start, next == Next.Continue ? rest.End : rest.Start);
            if (next != Next.Drop && _replies.WrittenCount > 0) await FlushAsync(stream, stop);
            if (next == Next.Data && !await ReadMessageAsync(stream, reader, stop)) return;
            if (next == Next.Continue && (read.IsCompleted || rest.Length > LongestLine)) return;
        }
    }

    private enum Next
    {
        Continue,
        Data,
        Quit,
        Drop,
    }

    private Next Command(string line)
    {
        var verb = line.Length >= 4 ? line[..4].ToUpperInvariant() : line.ToUpperInvariant();
        switch (verb)
        {
            case "EHLO" when Options.Extensions: return Say(Extended);
            case "EHLO" or "HELO": return Say(Plain);
            case "MAIL":
                if (!Refuse(SinkStage.Mail, out var mail)) return Next.Drop;
                _recipients.Clear();
                _sender = Path(line);
                return Say(mail ?? Ok);
            case "RCPT":
                if (!Refuse(SinkStage.Rcpt, out var rcpt)) return Next.Drop;
                if (rcpt is null) _recipients.Add(Path(line));
                return Say(rcpt ?? Ok);
            case "DATA":
                if (!Refuse(SinkStage.Data, out var data)) return Next.Drop;
                if (_recipients.Count == 0) data ??= NoRecipients;
                Say(data ?? Go);
                return data is null ? Next.Data : Next.Continue;
            case "RSET" or "NOOP": return Say(Ok);
            case "QUIT":
                Say(Bye);
                return Next.Quit;
            default: return Say(Unknown);
        }
    }

    /// <summary>Reads to the final dot and answers. False when the connection is to be dropped or has ended.</summary>
    private async Task<bool> ReadMessageAsync(NetworkStream stream, PipeReader reader, CancellationToken stop)
    {
        var scanned = 0L;
        while (true)
        {
            var read = await reader.ReadAsync(stop);
            if (TryReadMessage(read.Buffer, scanned, out var wire, out var end))
            {
                reader.AdvanceTo(end);
                return await FinishAsync(stream, wire, stop);
            }
            if (read.IsCompleted) return false;
            scanned = Math.Max(0, read.Buffer.Length - EndOfData.Length);
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private async Task<bool> FinishAsync(NetworkStream stream, byte[] wire, CancellationToken stop)
    {
        var endOfData = server.Time.GetUtcNow();
        if (Options.Delay > TimeSpan.Zero) await Task.Delay(Options.Delay, server.Time, stop);
        var alive = Refuse(SinkStage.Dot, out var refusal);
        var code = !alive ? 0 : refusal is null ? 250 : refusal == Later ? 450 : 550;
        server.Received(new SinkMessage(_sender, [.. _recipients], wire, endOfData, code));
        _recipients.Clear();
        if (!alive) return false;
        Say(refusal ?? Ok);
        await FlushAsync(stream, stop);
        return true;
    }

    private static bool TryReadMessage(ReadOnlySequence<byte> buffer, long scanned, out byte[] wire, out SequencePosition end)
    {
        var scan = new SequenceReader<byte>(buffer);
        wire = [];
        var isEmpty = scan.IsNext(".\r\n"u8, advancePast: true);
        end = scan.Position;
        if (isEmpty) return true;
        scan.Advance(scanned);
        if (!scan.TryReadTo(out ReadOnlySequence<byte> _, EndOfData)) return false;
        end = scan.Position;
        wire = buffer.Slice(0, scan.Consumed - 3).ToArray();
        return true;
    }

    /// <summary>Draws what happens at a stage. False: drop the connection. Otherwise the reply that refuses, or null to go on.</summary>
    private bool Refuse(SinkStage stage, out byte[]? reply)
    {
        reply = null;
        if (stage == Options.DropStage && server.Draw(Options.Drop))
        {
            server.Counters.Broke();
            return false;
        }
        if (stage != Options.Stage) return true;
        if (server.Draw(Options.Defer)) reply = Later;
        else if (server.Draw(Options.Reject)) reply = Never;
        if (reply is null) return true;
        server.Counters.Refused(reply == Later);
        if (stage == SinkStage.Connect) reply = reply == Later ? "421 4.3.2 Not now\r\n"u8.ToArray() : "554 5.3.2 Not here\r\n"u8.ToArray();
        return true;
    }

    private Next Say(byte[] reply)
    {
        _replies.Write(reply);
        return Next.Continue;
    }

    private async ValueTask FlushAsync(NetworkStream stream, CancellationToken stop)
    {
        await stream.WriteAsync(_replies.WrittenMemory, stop);
        _replies.ResetWrittenCount();
    }

    private static string Path(string line)
    {
        var open = line.IndexOf('<', StringComparison.Ordinal);
        var close = line.IndexOf('>', open + 1);
        return open >= 0 && close > open ? line[(open + 1)..close] : "";
    }

    private static bool TryReadLine(ref ReadOnlySequence<byte> buffer, out string line)
    {
        line = "";
        if (buffer.PositionOf((byte)'\n') is not { } end) return false;
        line = Encoding.UTF8.GetString(buffer.Slice(0, end)).TrimEnd('\r');
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }
}
