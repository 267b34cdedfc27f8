using System.Text;

namespace BulkRelay.EndToEnd.Dialogs;

/// <summary>Takes the mail log of one relay. Its text may be read once the log is closed.</summary>
internal sealed class LogBuffer : MemoryStream
{
    /// <summary>The lines without time and host: <c>postfix/smtpd[123]: connect from …</c>.</summary>
    public IReadOnlyList<string> Lines => [.. Encoding.UTF8.GetString(ToArray())
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(l => l[(l.IndexOf(' ', 16) + 1)..])];
}
