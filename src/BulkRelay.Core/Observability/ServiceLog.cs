using System.Text;

namespace BulkRelay.Core.Observability;

/// <summary>The mail log as one program of the relay sees it: every line carries <c>syslog_name/program[pid]: </c>.</summary>
public sealed class ServiceLog
{
    private readonly MailLog _log;
    private readonly byte[] _tag;

    internal ServiceLog(MailLog log, string tag)
    {
        _log = log;
        _tag = Encoding.UTF8.GetBytes(tag);
    }

    /// <summary>
    /// Writes a line of any severity, without what a line cannot hold; it is cut off at <see cref="MailLogLine.MaxLength"/>.
    /// </summary>
    public void Write(LogSeverity severity, string text)
    {
        MailLogLine line = $"{text}";
        _log.Append(_tag, LogSeverities.Prefix(severity), line.Take());
    }

    /// <summary>Writes one line. Never waits for the disk.</summary>
    public void Info(MailLogLine line) => _log.Append(_tag, default, line.Take());

    /// <summary>Writes one line that begins with <c>warning: </c>.</summary>
    public void Warning(MailLogLine line) => _log.Append(_tag, "warning: "u8, line.Take());

    /// <summary>Writes one line that begins with <c>error: </c>.</summary>
    public void Error(MailLogLine line) => _log.Append(_tag, "error: "u8, line.Take());
}
