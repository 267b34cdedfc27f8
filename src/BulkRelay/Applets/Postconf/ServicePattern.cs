using BulkRelay.Core.Configuration;

namespace BulkRelay.Server.Applets.Postconf;

/// <summary>Which services are meant: <c>name</c>, <c>name/type</c> or <c>name/type/field</c>, where <c>*</c> and what is left out match anything.</summary>
internal sealed record ServicePattern(string Name, string Type, string Detail)
{
    private const string Anything = "*";

    /// <summary>All services.</summary>
    public static readonly ServicePattern Everything = new(Anything, Anything, Anything);

    /// <summary>Reads a pattern of at most so many parts.</summary>
    /// <exception cref="PostconfException">It has more parts, or an empty one.</exception>
    public static ServicePattern Parse(string text, int parts)
    {
        var words = text.Split('/', parts);
        if (words.Any(w => w.Length == 0) || (parts == 2 && words[^1].Contains('/', StringComparison.Ordinal)))
            throw new PostconfException($"bad service pattern '{text}': use service, service/type{(parts > 2 ? " or service/type/name" : "")}");
        return new(words[0], words.ElementAtOrDefault(1) ?? Anything, words.ElementAtOrDefault(2) ?? Anything);
    }

    /// <summary>True if the service is meant.</summary>
    public bool Matches(ServiceEntry service) => Is(Name, service.Name) && Is(Type, service.TypeName);

    /// <summary>True if the column or parameter is meant.</summary>
    public bool MatchesDetail(string name) => Is(Detail, name);

    private static bool Is(string pattern, string value) => pattern == Anything || pattern == value;
}
