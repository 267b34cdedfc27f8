namespace BulkRelay.Core.Configuration;

/// <summary>How much a <see cref="ConfigFault"/> matters.</summary>
public enum FaultSeverity
{
    /// <summary>The relay works as it was told; it is good to know how.</summary>
    Note,

    /// <summary>The relay works, perhaps not as the writer meant.</summary>
    Warning,

    /// <summary>The relay does not start, and a reload keeps the old configuration.</summary>
    Error,
}

/// <summary>
/// One fault of a configuration, complete enough to be mended without a look into the code.
/// </summary>
/// <param name="Severity">Whether the relay can work with it.</param>
/// <param name="File">The file, or a name for where it came from (<c>command line</c>, <c>environment</c>).</param>
/// <param name="Line">The line in that file, from 1; 0 where there are no lines.</param>
/// <param name="Parameter">The parameter, service or table; empty where the line as a whole is meant.</param>
/// <param name="Message">What is wrong, and what to do.</param>
public sealed record ConfigFault(FaultSeverity Severity, string File, int Line, string Parameter, string Message)
{
    private const int MaxValueLength = 50;

    /// <summary>What the parameter is set to, where the line is to show it; null where it is not.</summary>
    public string? Value { get; init; }

    /// <summary><c>file:line: parameter: message</c>, for a line that says how much it matters before that.</summary>
    public string Text => $"{Place}{Subject}{Message}";

    private string Place => Line > 0 ? $"{File}:{Line}: " : File.Length > 0 ? $"{File}: " : "";

    private string Subject => Parameter.Length == 0 ? "" : Value is null ? $"{Parameter}: " : $"{Parameter} = {Shorten(Value)}: ";

    private string Word => Severity switch
    {
        FaultSeverity.Error => "error",
        FaultSeverity.Warning => "warning",
        _ => "note",
    };

    /// <summary>One line: <c>file:line: severity: parameter: message</c>.</summary>
    public override string ToString() => $"{Place}{Word}: {Subject}{Message}";

    /// <summary>Each fault once, sorted by file and line, as they are told.</summary>
    public static IReadOnlyList<ConfigFault> Sort(IEnumerable<ConfigFault> faults) =>
        [.. faults.Distinct().OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line)];

    private static string Shorten(string value) => value.Length <= MaxValueLength ? value : $"{value[..(MaxValueLength - 1)]}…";
}
