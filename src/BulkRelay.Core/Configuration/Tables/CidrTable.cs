using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Tables.Patterns;

namespace BulkRelay.Core.Configuration.Tables;

/// <summary>
/// <c>cidr:/file</c>, or with rules <c>{ { network result }, … }</c>: the first network that holds the address gives its result, with <c>!</c>,
/// <c>if</c> and <c>endif</c> (cidr_table(5)). A key that is no address is not found.
/// </summary>
public sealed class CidrTable : ILookupTable
{
    private readonly TableSource<PatternRules<Network, string>> _source;

    private CidrTable(TableOpening opening)
    {
        Name = opening.Name;
        _source = new TableSource<PatternRules<Network, string>>(opening, Parse, allowsRules: true);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool MatchesPatterns => true;

    /// <inheritdoc/>
    public string SourceFile => _source.File;

    /// <inheritdoc/>
    public IEnumerable<TableEntry> Entries =>
        _source.Current?.All.Where(r => r.Result is not null).Select(r => new TableEntry(this, "", r.Result!, r.Line)) ?? [];

    /// <inheritdoc/>
    public ValueTask<LookupResult> LookupAsync(string key, CancellationToken cancel)
    {
        if (_source.Current is not { } rules) return new(LookupResult.Unavailable(_source.Failure));
        if (!CidrPattern.TryParseAddress(key, out var address, out var isIPv6)) return new(LookupResult.NotFound);
        for (var i = 0; i < rules.Count;)
        {
            var rule = rules[i];
            // What is negated is about addresses of its own family, too.
            var isMatch = rule.Pattern is { } network && network.Pattern.IsIPv6 == isIPv6 && network.Pattern.Contains(address, isIPv6) != rule.IsNegated;
            var next = PatternRules<Network, string>.Next(i, rule, isMatch);
            if (next is null) return new(LookupResult.Found(rule.Result!));
            i = next.Value;
        }
        return new(LookupResult.NotFound);
    }

    internal static ILookupTable Open(TableOpening opening) => new CidrTable(opening);

    private static PatternRules<Network, string> Parse(TableText text)
    {
        var rules = new PatternRules<Network, string>(text);
        foreach (var line in text.Lines())
        {
            var keyword = RuleKeywords.Split(line.Text, out var rest);
            if (keyword == RuleKeyword.EndIf && rest.Length == 0) rules.EndIf(line.Number);
            else if (keyword == RuleKeyword.EndIf) text.Skip(line.Number, "garbage after ENDIF");
            else if (keyword == RuleKeyword.If) AddIf(rules, text, line.Number, rest);
            else AddRule(rules, text, line.Number, rest);
        }
        rules.Complete();
        return rules;
    }

    private static void AddIf(PatternRules<Network, string> rules, TableText text, int line, string rest)
    {
        var isNegated = RuleKeywords.TakeNegation(ref rest);
        var isValid = CidrPattern.TryParse(rest, out var network, out var fault);
        if (!isValid) text.Skip(line, fault);
        // What a broken "if" guards must not come into force for everyone.
        rules.Add(new PatternRule<Network, string>(line, isValid ? new Network(network) : null, isNegated, null));
    }

    private static void AddRule(PatternRules<Network, string> rules, TableText text, int line, string rest)
    {
        var isNegated = RuleKeywords.TakeNegation(ref rest);
        var blank = rest.AsSpan().IndexOfAny(' ', '\t');
        var fault = "no lookup result";
        if (blank >= 0 && CidrPattern.TryParse(rest[..blank], out var network, out fault))
            rules.Add(new PatternRule<Network, string>(line, new Network(network), isNegated, rest[blank..].Trim()));
        else text.Skip(line, fault);
    }

    /// <summary>A pattern as an object, so that there can be none.</summary>
    private sealed record Network(CidrPattern Pattern);
}
