using System.Text;

namespace BulkRelay.Smtp;

/// <summary>
/// The argument of MAIL and RCPT: <c>FROM:&lt;path&gt; parameters</c>. As in Postfix with <c>strict_rfc821_envelopes = no</c>, a blank
/// after the colon and a path without brackets are let through.
/// </summary>
public readonly ref struct PathArgument
{
    private PathArgument(ReadOnlySpan<byte> path, ReadOnlySpan<byte> parameters)
    {
        Path = path;
        Parameters = parameters;
    }

    /// <summary>What stands between the brackets, untested.</summary>
    public ReadOnlySpan<byte> Path { get; }

    /// <summary>The ESMTP parameters, for an <see cref="EsmtpParameterReader"/>.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <summary>
    /// Splits the argument. False if it does not begin with <paramref name="keyword"/> (<c>FROM:</c>, <c>TO:</c>) and something after it.
    /// A path with a missing bracket or quote comes out whole, so that it fails as an address.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> argument, ReadOnlySpan<byte> keyword, out PathArgument result)
    {
        result = default;
        if (argument.Length <= keyword.Length || !Ascii.EqualsIgnoreCase(argument[..keyword.Length], keyword)) return false;
        var rest = argument[keyword.Length..].TrimStart(" \t"u8);
        if (rest.IsEmpty) return false;
        var end = EndOfPath(rest);
        if (end < 0) result = new PathArgument("<"u8, default);
        else if (rest[0] == '<') result = new PathArgument(rest[1..(end - 1)], rest[end..]);
        else result = new PathArgument(rest[..end], rest[end..]);
        return true;
    }

    /// <summary>The place behind the closing bracket, or behind the last character of a bare path; -1 if it does not end as it must.</summary>
    private static int EndOfPath(ReadOnlySpan<byte> rest)
    {
        var bracketed = rest[0] == '<';
        var quoted = false;
        for (var i = bracketed ? 1 : 0; i < rest.Length; i++)
        {
            if (rest[i] == '"') quoted = !quoted;
            else if (rest[i] == '\\' && quoted) i++;
            else if (quoted) continue;
            else if (bracketed && rest[i] == '>') return i + 1 == rest.Length || rest[i + 1] is (byte)' ' or (byte)'\t' ? i + 1 : -1;
            else if (!bracketed && rest[i] is (byte)' ' or (byte)'\t') return i;
        }
        return bracketed || quoted ? -1 : rest.Length;
    }
}
