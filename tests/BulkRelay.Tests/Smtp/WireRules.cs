using System.Text;

namespace BulkRelay.Tests.Smtp;

/// <summary>
/// What may be seen on the wire after DATA, said independently of the code that writes it (Latin-1, so that a character is an octet).
/// </summary>
public static class WireRules
{
    /// <summary>No stray CR, LF or NUL; each line within the limit (a doubled dot not counted); one end of data, at the end.</summary>
    public static void Check(string wire, int limit)
    {
        wire.ShouldEndWith(wire == ".\r\n" ? ".\r\n" : "\r\n.\r\n");
        wire.ShouldNotContain('\0');
        var lines = wire[..^2].Split("\r\n");
        lines.ShouldAllBe(line => !line.Contains('\r') && !line.Contains('\n'));
        lines[..^1].ShouldAllBe(line => line != "." && (!line.StartsWith('.') || line.StartsWith("..")));
        lines[..^1].ShouldAllBe(line => line.Length - (line.StartsWith('.') ? 1 : 0) <= limit);
    }

    /// <summary>The content as the receiver gets it.</summary>
    public static string Unstuff(string wire) =>
        string.Concat(wire[..^3].Split("\r\n")[..^1].Select(line => (line.StartsWith('.') ? line[1..] : line) + "\r\n"));

    /// <summary>What the receiver should get of some content.</summary>
    public static string Canonical(string content, int limit)
    {
        var canonical = new StringBuilder();
        var lines = content.Split("\r\n");
        foreach (var line in content.EndsWith("\r\n", StringComparison.Ordinal) || content.Length == 0 ? lines[..^1] : lines)
        {
            var rest = line.Replace('\r', ' ').Replace('\n', ' ').Replace('\0', ' ');
            for (; rest.Length > limit; rest = ' ' + rest[limit..]) canonical.Append(rest.AsSpan(0, limit)).Append("\r\n");
            canonical.Append(rest).Append("\r\n");
        }
        return canonical.ToString();
    }
}
