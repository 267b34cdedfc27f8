using System.Buffers;

namespace BulkRelay.Actors.Internal;

/// <summary>Which names actors can have.</summary>
internal static class ActorNames
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.*$+:@&=,!~';()");

    private const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    /// <exception cref="InvalidActorNameException">No path takes that name.</exception>
    public static void Check(string name)
    {
        if (name.Length == 0)
            throw new InvalidActorNameException("Actor name must not be empty.");
        if (name[0] == '$' || !IsPathElement(name))
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, include only ASCII letters and digits, " +
                "the special characters -_.*$+:@&=,!~';() and escapes of the form %HH.");
    }

    /// <summary>The name of the n-th child without a name, or of the n-th temporary reference: <c>$a</c>, <c>$b</c> …</summary>
    public static string Generated(long number)
    {
        Span<char> text = stackalloc char[16];
        var length = 0;
        text[length++] = '$';
        do
        {
            text[length++] = Digits[(int)(number & 63)];
            number >>= 6;
        }
        while (number > 0);
        return new string(text[..length]);
    }

    private static bool IsPathElement(ReadOnlySpan<char> name)
    {
        while (name.IndexOfAnyExcept(Allowed) is var at and >= 0)
        {
            if (name[at] != '%' || name.Length < at + 3 || !char.IsAsciiHexDigit(name[at + 1]) || !char.IsAsciiHexDigit(name[at + 2]))
                return false;
            name = name[(at + 3)..];
        }
        return true;
    }
}
