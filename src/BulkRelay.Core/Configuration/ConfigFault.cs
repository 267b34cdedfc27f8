namespace BulkRelay.Core.Configuration;

/// <summary>How much a <see cref="ConfigFault"/> matters.</summary>
public enum FaultSeverity
{
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
    /// <summary><c>file:line: parameter: message</c>, for a line that says how much it matters before that.</summary>
    public string Text => $"{Place}{Subject}{Message}";

    private string Place => Line > 0 ? $"{File}:{Line}: " : File.Length > 0 ? $"{File}: " : "";

    private string Subject => Parameter.Length > 0 ? $"{Parameter}: " : "";

    /// <summary>One line: <c>file:line: severity: parameter: message</c>.</summary>
    public override string ToString() => $"{Place}{(Severity == FaultSeverity.Error ? "error" : "warning")}: {Subject}{Message}";
}
