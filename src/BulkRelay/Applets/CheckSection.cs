namespace BulkRelay.Server.Applets;

/// <summary>A section of what <c>check</c> says: names in lines of no more than 100 characters, so that much fits a screen.</summary>
internal static class CheckSection
{
    private const int Width = 100;

    /// <summary>A heading and the names, each once; nothing if there are none.</summary>
    public static void Write(TextWriter output, string title, IEnumerable<string> names)
    {
        var all = names.Distinct(StringComparer.Ordinal).ToList();
        if (all.Count == 0) return;
        output.WriteLine($"\n{title}:");
        WriteLines(output, all, "  ");
    }

    /// <summary>A heading, and for each reason its names.</summary>
    public static void Write(TextWriter output, string title, IEnumerable<(string Reason, IEnumerable<string> Names)> groups)
    {
        var all = groups.ToList();
        if (all.Count == 0) return;
        output.WriteLine($"\n{title}:");
        foreach (var (reason, names) in all)
        {
            output.WriteLine($"  {reason}:");
            WriteLines(output, names.Distinct(StringComparer.Ordinal), "    ");
        }
    }

    private static void WriteLines(TextWriter output, IEnumerable<string> names, string indent)
    {
        var line = "";
        foreach (var name in names)
        {
            if (line.Length > 0 && indent.Length + line.Length + name.Length + ", ".Length > Width)
            {
                output.WriteLine($"{indent}{line},");
                line = "";
            }
            line = line.Length > 0 ? $"{line}, {name}" : name;
        }
        output.WriteLine($"{indent}{line}");
    }
}
