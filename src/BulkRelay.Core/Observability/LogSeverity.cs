namespace BulkRelay.Core.Observability;

/// <summary>How bad it is what a line of the mail log tells, in Postfix's steps.</summary>
public enum LogSeverity
{
    /// <summary>It is in order.</summary>
    Info,

    /// <summary>It should be looked at.</summary>
    Warning,

    /// <summary>Something was not done.</summary>
    Error,

    /// <summary>The program ended over it.</summary>
    Fatal,

    /// <summary>The program found itself at fault.</summary>
    Panic,
}

/// <summary>What a severity looks like in a line.</summary>
internal static class LogSeverities
{
    /// <summary>What stands before the text: nothing, or the name with a colon.</summary>
    public static ReadOnlySpan<byte> Prefix(LogSeverity severity) => severity switch
    {
        LogSeverity.Warning => "warning: "u8,
        LogSeverity.Error => "error: "u8,
        LogSeverity.Fatal => "fatal: "u8,
        LogSeverity.Panic => "panic: "u8,
        _ => default,
    };
}
