using System.Buffers;
using System.Runtime.CompilerServices;
using BulkRelay.Core.Configuration.Matching;

namespace BulkRelay.Core.Queue.Routing;

/// <summary>
/// What routing knows of one domain, kept so that mail to it costs no new strings.
/// </summary>
/// <param name="Name">In lower case.</param>
/// <param name="Parents">The keys under which tables know its parents, from the longest.</param>
/// <param name="IsValid">False if it can be neither a host name nor an address literal.</param>
internal sealed record RecipientDomain(string Name, string[] Parents, bool IsValid)
{
    private const int MaxLength = 255;
    private const int MaxLabelLength = 63;

    private static readonly SearchValues<char> DigitsAndDots = SearchValues.Create("0123456789.");

    private static readonly SearchValues<char> NotInLabels = SearchValues.Create(
        [.. Enumerable.Range(0, 128).Select(c => (char)c).Where(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))]);

    // A box, as many threads set and read it at once.
    private StrongBox<Route>? _route;

    /// <summary>The route, if it depends on nothing but the domain; null if tables have to be asked.</summary>
    public Route? Route
    {
        get => Volatile.Read(ref _route)?.Value;
        set => Volatile.Write(ref _route, value is { } route ? new StrongBox<Route>(route) : null);
    }

    /// <summary>Looks at a domain.</summary>
    public static RecipientDomain Of(ReadOnlySpan<char> domain, bool parentsMatch)
    {
        var isValid = domain.Length is > 0 and <= MaxLength && (domain[0] == '[' ? IsLiteral(domain) : IsHostName(domain));
        var name = domain.ToString().ToLowerInvariant();
        return new RecipientDomain(name, isValid ? [.. NameSet.KeysOf(name, parentsMatch).Skip(1)] : [], isValid);
    }

    private static bool IsLiteral(ReadOnlySpan<char> domain)
    {
        if (domain[^1] != ']') return false;
        var inside = domain[1..^1];
        if (inside.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase)) inside = inside[5..];
        return CidrPattern.TryParseAddress(inside, out _, out _);
    }

    private static bool IsHostName(ReadOnlySpan<char> domain)
    {
        foreach (var range in domain.Split('.'))
        {
            var label = domain[range];
            if (label.Length is 0 or > MaxLabelLength || label[0] == '-' || label[^1] == '-' || label.ContainsAny(NotInLabels)) return false;
        }
        return domain.ContainsAnyExcept(DigitsAndDots);
    }
}
