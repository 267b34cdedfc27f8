using System.Diagnostics;
using System.Text.RegularExpressions;
using BulkRelay.Core.Configuration.Tables.Patterns;

namespace BulkRelay.Core.Configuration.Tables;

/// <summary>
/// <c>regexp:/file</c> and <c>pcre:/file</c>, or with rules <c>{ { /pattern/ result }, … }</c>: the first rule whose pattern matches the whole key
/// gives its result. One look-up takes little more than <see cref="BoundedRegex.TimeLimit"/>, or twice that to find groups; a table
/// that needs longer cannot answer, and says so once in the log.
/// </summary>
public sealed class RegexTable : ILookupTable
{
    private readonly TableSource<PatternRules<BoundedRegex, ResultTemplate>> _source;
    private readonly Action<string> _warn;
    private int _hasWarned;

    private RegexTable(TableOpening opening, RegexRuleParser parser)
    {
        Name = opening.Name;
        _warn = opening.Set.Warn;
        _source = new TableSource<PatternRules<BoundedRegex, ResultTemplate>>(opening, parser.Parse, allowsRules: true);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool MatchesPatterns => true;

    /// <inheritdoc/>
    public string SourceFile => _source.File;

    /// <inheritdoc/>
    public IEnumerable<TableEntry> Entries =>
        _source.Current?.All.Where(r => r.Result is not null).Select(r => new TableEntry(this, "", r.Result!.Outline, r.Line)) ?? [];

    /// <inheritdoc/>
    public ValueTask<LookupResult> LookupAsync(string key, CancellationToken cancel) => new(Lookup(key));

    internal static ILookupTable OpenPosix(TableOpening opening) => new RegexTable(opening, RegexRuleParser.Posix);

    internal static ILookupTable OpenPcre(TableOpening opening) => new RegexTable(opening, RegexRuleParser.Pcre);

    private LookupResult Lookup(string key)
    {
        if (_source.Current is not { } rules) return LookupResult.Unavailable(_source.Failure);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < rules.Count;)
        {
            var rule = rules[i];
            try
            {
                var isMatch = rule.Pattern is not null && rule.Pattern.IsMatch(key) != rule.IsNegated;
                var next = PatternRules<BoundedRegex, ResultTemplate>.Next(i, rule, isMatch);
                if (next is null) return Answer(rule, key);
                i = next.Value;
            }
            catch (RegexMatchTimeoutException)
            {
                return TooSlow($"the pattern in line {rule.Line}");
            }
            if (Stopwatch.GetElapsedTime(began) > BoundedRegex.TimeLimit) return TooSlow($"the patterns up to line {rule.Line}");
        }
        return LookupResult.NotFound;
    }

    private LookupResult Answer(PatternRule<BoundedRegex, ResultTemplate> rule, string key) =>
        rule.Result!.Expand(rule.Pattern!, key) is { } value ? LookupResult.Found(value)
            : LookupResult.Unavailable($"table {Name}: the result of line {rule.Line} is no UTF-8: a group holds half a character (write (*UTF) before the pattern)");

    private LookupResult TooSlow(string what)
    {
        var reason = $"table {Name}: {what} took more than {BoundedRegex.TimeLimit.TotalMilliseconds:0} ms; "
            + "avoid nested repeats such as (a+)+, and back references";
        if (Interlocked.Exchange(ref _hasWarned, 1) == 0) _warn(reason);
        return LookupResult.Unavailable(reason);
    }
}
