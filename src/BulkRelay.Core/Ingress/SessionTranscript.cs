using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Observability;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// What was said in a session, and what went wrong, for a notice to the postmaster (<c>notify_classes</c>). Content is not kept, nor what
/// follows the name of a mechanism of AUTH. Bounded: what comes when it is full is left out.
/// </summary>
/// <param name="told">The kinds of trouble that the postmaster wants to hear of.</param>
internal sealed class SessionTranscript(NotifyClasses told)
{
    private const int MaxLength = 64 * 1024;
    private const byte FromClient = 1;
    private const byte FromServer = 2;

    private byte[] _buffer = new byte[512];
    private int _length;
    private NotifyClasses _trouble;

    /// <summary>Commands and replies so far.</summary>
    public int Count { get; private set; }

    /// <summary>How many requests were refused by a decision, as opposed to errors of the client.</summary>
    public int Refusals { get; private set; }

    /// <summary>True if something went wrong that the postmaster is to be told of.</summary>
    public bool HasNews => (_trouble & told) != 0;

    /// <summary>A command line.</summary>
    public void AddCommand(ReadOnlySpan<byte> line) => Add(FromClient, WithoutSecret(line));

    /// <summary>A reply of one or more lines.</summary>
    public void AddReply(Reply reply) => Add(FromServer, reply.Octets);

    /// <summary>A request was refused by a decision: a rule, want of room, a fault.</summary>
    public void NoteRefusal(Reply reply)
    {
        Refusals++;
        _trouble |= SessionTrouble.Of(reply, NotifyClasses.Policy);
    }

    /// <summary>The client got an error.</summary>
    public void NoteError(Reply reply) => _trouble |= SessionTrouble.Of(reply, NotifyClasses.Protocol);

    /// <summary>Begins anew.</summary>
    public void Reset()
    {
        _length = Count = 0;
        _trouble = NotifyClasses.None;
    }

    /// <summary>The lines in order, safe to be sent by mail: <c> In:  QUIT</c>, <c> Out: 221 2.0.0 Bye</c>.</summary>
    public IEnumerable<string> Lines()
    {
        for (var at = 0; at < _length;)
        {
            var prefix = _buffer[at] == FromClient ? " In:  " : " Out: ";
            var next = _buffer.AsSpan(at + 1, _length - at - 1).IndexOfAny(FromClient, FromServer);
            var octets = _buffer.AsSpan(at + 1, next < 0 ? _length - at - 1 : next).ToArray();
            at += 1 + octets.Length;
            foreach (var line in Encoding.UTF8.GetString(octets).TrimEnd('\r', '\n').Split("\r\n"))
                yield return prefix + Encoding.UTF8.GetString(LogText.MakePrintable(Encoding.UTF8.GetBytes(line)));
        }
    }

    private static ReadOnlySpan<byte> WithoutSecret(ReadOnlySpan<byte> line)
    {
        var command = new CommandLine(line);
        if (!Ascii.EqualsIgnoreCase(command.Verb, "AUTH"u8)) return line;
        line.Overlaps(command.Argument, out var offset);
        var mechanism = command.Argument.IndexOfAny((byte)' ', (byte)'\t');
        return mechanism < 0 ? line : line[..(offset + mechanism)];
    }

    private void Add(byte speaker, ReadOnlySpan<byte> octets)
    {
        Count++;
        var needed = _length + 1 + octets.Length;
        if (needed > MaxLength) return;
        if (needed > _buffer.Length) Array.Resize(ref _buffer, Math.Max(needed, 2 * _buffer.Length));
        _buffer[_length] = speaker;
        var place = _buffer.AsSpan(_length + 1, octets.Length);
        octets.CopyTo(place);
        // A command may hold any octet; these two mark where the next entry begins.
        if (speaker == FromClient && place.IndexOfAny(FromClient, FromServer) >= 0)
        {
            place.Replace(FromClient, (byte)'?');
            place.Replace(FromServer, (byte)'?');
        }
        _length = needed;
    }
}
