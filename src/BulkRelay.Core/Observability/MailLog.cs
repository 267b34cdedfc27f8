using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace BulkRelay.Core.Observability;

/// <summary>
/// The mail log in Postfix's line form: <c>Nov 21 11:37:01 host postfix/smtp[123]: text</c>. Lines are collected in memory and
/// written by one thread, in order; a line is on its way to the file at most <see cref="FlushInterval"/> after it was written.
/// When the file is too slow the oldest behaviour of all applies: callers wait once <see cref="HighWater"/> octets are unwritten. When it
/// fails lines are lost, and nothing else: mail that is accepted must not wait for the log.
/// </summary>
public sealed class MailLog : IDisposable
{
    /// <summary>Unwritten octets at which callers begin to wait: some 50,000 lines.</summary>
    public const int HighWater = 8 * 1024 * 1024;

    /// <summary>The longest time that a line stays in memory.</summary>
    public static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(50);

    private readonly object _gate = new();
    private readonly object _fileGate = new();
    private readonly Func<Stream> _open;
    private readonly TimeProvider _time;
    private readonly byte[] _host;
    private readonly byte[] _stamp = new byte[16];
    private readonly Thread _writer;
    private ArrayBufferWriter<byte> _filling = new(64 * 1024);
    private ArrayBufferWriter<byte> _writing = new(64 * 1024);
    private Stream _file;
    private long _stampSecond = long.MinValue;
    private bool _closed;

    /// <param name="open">Opens the log for appending; called again by <see cref="Reopen"/> after a rotation.</param>
    /// <param name="hostname">The host of each line.</param>
    /// <param name="time">The clock of the time stamps (local time, as syslog writes it).</param>
    public MailLog(Func<Stream> open, string hostname, TimeProvider time)
    {
        _open = open;
        _file = open();
        _time = time;
        _host = Encoding.UTF8.GetBytes($" {hostname} ");
        _writer = new Thread(WriteLoop) { IsBackground = true, Name = "mail log" };
        _writer.Start();
    }

    /// <summary>The log as one program sees it: <c>log.For("postfix", "smtpd")</c>.</summary>
    public ServiceLog For(string syslogName, string program) =>
        new(this, string.Create(CultureInfo.InvariantCulture, $"{syslogName}/{program}[{Environment.ProcessId}]: "));

    /// <summary>The log behind a tag that somebody has chosen, made safe to print: at most 128 characters of it.</summary>
    public ServiceLog Tagged(string tag)
    {
        var octets = Encoding.UTF8.GetBytes(tag.Length <= 128 ? tag : tag[..128]);
        return new ServiceLog(this, $"{Encoding.UTF8.GetString(LogText.MakePrintable(octets))}: ");
    }

    /// <summary>Opens the file again and closes the old one, so that a rotated file gets no more lines.</summary>
    /// <returns>Null; or why it cannot be opened: then the old one stays in use.</returns>
    public string? Reopen()
    {
        Stream? opened = null;
        if (Try(() => opened = _open()) is { } fault) return fault;
        Stream old;
        lock (_fileGate) (old, _file) = (_file, opened!);
        Try(old.Dispose);
        return null;
    }

    /// <summary>Writes what is left and closes the file.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            Monitor.PulseAll(_gate);
        }
        _writer.Join();
        Try(_file.Dispose);
    }

    internal void Append(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> severity, ReadOnlySpan<byte> text)
    {
        lock (_gate)
        {
            while (_filling.WrittenCount >= HighWater && !_closed) Monitor.Wait(_gate);
            if (_closed) return;
            StampNow();
            _filling.Write(_stamp.AsSpan(0, 15));
            _filling.Write(_host);
            _filling.Write(tag);
            _filling.Write(severity);
            _filling.Write(text);
            _filling.Write("\n"u8);
        }
    }

    private void StampNow()
    {
        var now = _time.GetLocalNow();
        var second = now.Ticks / TimeSpan.TicksPerSecond;
        if (second == _stampSecond) return;
        _stampSecond = second;
        now.TryFormat(_stamp, out _, now.Day < 10 ? "MMM  d HH:mm:ss" : "MMM dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private void WriteLoop()
    {
        for (var closed = false; !closed;)
        {
            lock (_gate)
            {
                if (!_closed) Monitor.Wait(_gate, FlushInterval);
                closed = _closed;
                (_filling, _writing) = (_writing, _filling);
                Monitor.PulseAll(_gate);
            }
            WriteOut();
            _writing.ResetWrittenCount();
        }
    }

    private void WriteOut()
    {
        if (_writing.WrittenCount == 0) return;
        lock (_fileGate)
        {
            Try(() =>
            {
                _file.Write(_writing.WrittenSpan);
                _file.Flush();
            });
        }
    }

    /// <summary>Does something to a file. Null, or what went wrong: whatever that is, it is no reason to end the relay.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The file is the operator's: it may be anything and fail in any way.")]
    private static string? Try(Action use)
    {
        try
        {
            use();
            return null;
        }
        catch (Exception e)
        {
            return e.Message;
        }
    }
}
