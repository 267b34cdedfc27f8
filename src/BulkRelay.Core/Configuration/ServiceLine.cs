using System.Globalization;

namespace BulkRelay.Core.Configuration;

/// <summary>Reads one logical line of <c>master.cf</c>.</summary>
internal static class ServiceLine
{
    private static readonly Dictionary<string, ServiceType> Types = new(StringComparer.Ordinal)
    {
        ["inet"] = ServiceType.Inet,
        ["unix"] = ServiceType.Unix,
        ["unix-dgram"] = ServiceType.UnixDgram,
        ["fifo"] = ServiceType.Fifo,
        ["pass"] = ServiceType.Pass,
    };

    /// <summary>The service; null if the line is not usable, with at least one fault added.</summary>
    public static ServiceEntry? Parse(LogicalLine line, string file, ICollection<ConfigFault> faults)
    {
        var words = ServiceWords.Split(line.Text, out var unclosed);
        void Fault(string subject, string message, FaultSeverity severity = FaultSeverity.Error) =>
            faults.Add(new(severity, file, line.Line, subject, message));

        if (words.Count < ServiceEntry.ColumnCount)
        {
            Fault("", $"bad field count: {words.Count} columns instead of {ServiceEntry.ColumnCount} or more: "
                + "service, type, private, unpriv, chroot, wakeup, maxproc, command");
            return null;
        }
        var columns = words.Take(ServiceEntry.ColumnCount).ToList();
        var key = $"{columns[0]}/{columns[1]}";
        if (unclosed) Fault(key, "missing '}': close the brace at the end of the argument");
        if (BadColumn(columns) is { } bad) Fault(key, bad);
        if (!Types.TryGetValue(columns[1], out var type) || !TryLimit(columns[6], out var limit)) return null;

        var arguments = ServiceArguments.Normalize(words.Skip(ServiceEntry.ColumnCount), message => Fault(key, message));
        foreach (var option in ServiceArguments.OtherOptions(arguments))
            Fault(key, $"the option {option} has no effect: programs take -o name=value only, and the log has no more detail (-v, -D)",
                FaultSeverity.Warning);
        return new ServiceEntry
        {
            Columns = columns,
            Arguments = arguments,
            Type = type,
            ProcessLimit = limit,
            Overrides = ServiceArguments.Overrides(arguments, file, line.Line, message => Fault(key, message)),
            File = file,
            Line = line.Line,
        };
    }

    /// <summary>What is wrong with a column, or null.</summary>
    private static string? BadColumn(List<string> columns)
    {
        string Invalid(int column, string use) => $"invalid {ServiceEntry.ColumnNames[column]} field '{columns[column]}': use {use}";

        if (!Types.ContainsKey(columns[1])) return Invalid(1, $"one of {string.Join(", ", Types.Keys)}");
        for (var column = 2; column <= 4; column++)
            if (columns[column] is not ("y" or "n" or "-")) return Invalid(column, "y, n or -");
        if (columns[5] != "-" && !IsNumber(columns[5].EndsWith('?') ? columns[5][..^1] : columns[5])) return Invalid(5, "seconds, seconds? or -");
        if (!TryLimit(columns[6], out _)) return Invalid(6, "a number (0 is unlimited) or -");
        if (columns[1] == "inet" && columns[2] != "n") return Invalid(2, "n: an inet service cannot be private");
        return null;
    }

    private static bool IsNumber(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool TryLimit(string text, out int? limit)
    {
        limit = null;
        if (text == "-") return true;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        limit = number;
        return true;
    }
}
