namespace BulkRelay.Smtp;

/// <summary>A command line of a client, its line end removed: a verb, and what follows it.</summary>
public readonly ref struct CommandLine
{
    /// <summary>Splits at the first run of blanks.</summary>
    public CommandLine(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t"u8);
        var end = line.IndexOfAny((byte)' ', (byte)'\t');
        Verb = end < 0 ? line : line[..end];
        Argument = end < 0 ? default : line[end..].TrimStart(" \t"u8);
    }

    /// <summary>The first word as the client wrote it; empty for a blank line.</summary>
    public ReadOnlySpan<byte> Verb { get; }

    /// <summary>What follows, without blanks around it.</summary>
    public ReadOnlySpan<byte> Argument { get; }
}
