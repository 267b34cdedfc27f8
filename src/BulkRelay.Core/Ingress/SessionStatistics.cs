using System.Globalization;
using System.Text;
using BulkRelay.Core.Ingress.Commands;

namespace BulkRelay.Core.Ingress;

/// <summary>Counts commands for the disconnect line: <c>ehlo=1 mail=1 rcpt=0/1 unknown=0/2 commands=2/5</c>.</summary>
internal sealed class SessionStatistics
{
    private readonly int[] _total = new int[SmtpCommands.All.Length + 1];
    private readonly int[] _succeeded = new int[SmtpCommands.All.Length + 1];

    /// <summary>Counts a command by its position in <see cref="SmtpCommands.All"/>; -1 is one that nobody knows.</summary>
    public void Count(int command, bool isError)
    {
        var slot = command < 0 ? SmtpCommands.All.Length : command;
        _total[slot]++;
        if (!isError) _succeeded[slot]++;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var i = 0; i < _total.Length; i++)
        {
            var name = i < SmtpCommands.All.Length ? SmtpCommands.All[i].CounterName : "unknown";
            if (_total[i] > 0) Append(text, name, _succeeded[i], _total[i]);
        }
        Append(text, "commands", _succeeded.Sum(), _total.Sum());
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, int succeeded, int total)
    {
        text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? " " : "")}{name}={succeeded}");
        if (succeeded < total || total == 0) text.Append(CultureInfo.InvariantCulture, $"/{total}");
    }
}
