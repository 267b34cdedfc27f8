using System.Text;

namespace BulkRelay.Smtp;

/// <summary>The argument of MAIL and RCPT: <c>FROM:&lt;path&gt; parameters</c>. Blanks after the colon are let through, as in Postfix.</summary>
public readonly ref struct PathArgument
{
    private PathArgument(CommandToken path, ReadOnlySpan<byte> parameters)
    {
        Path = path;
        Parameters = parameters;
    }

    /// <summary>The path with its brackets if it has some, for a <see cref="EnvelopePath"/>.</summary>
    public CommandToken Path { get; }

    /// <summary>The ESMTP parameters, for an <see cref="EsmtpParameterReader"/>.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <summary>Splits the argument. False if it does not begin with <paramref name="keyword"/> (<c>FROM:</c>, <c>TO:</c>) and something after it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> argument, ReadOnlySpan<byte> keyword, out PathArgument result)
    {
        result = default;
        if (argument.Length <= keyword.Length || !Ascii.EqualsIgnoreCase(argument[..keyword.Length], keyword)) return false;
        var rest = argument[keyword.Length..];
        if (!CommandToken.TryRead(ref rest, out var path)) return false;
        result = new PathArgument(path, rest);
        return true;
    }
}
