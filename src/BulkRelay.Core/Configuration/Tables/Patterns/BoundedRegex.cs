using System.Diagnostics;
using System.Text.RegularExpressions;

namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>
/// A regular expression whose match takes bounded time whatever its pattern: whether it matches is found without backtracking where
/// the pattern allows that (time in proportion to the text), and with a time-out in any case. Safe for many threads.
/// </summary>
internal sealed class BoundedRegex
{
    /// <summary>The longest time that one table may spend on one key.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pattern.</summary>
    public const int MaxLength = 32 * 1024;

    /// <summary>How deep groups may nest; PCRE's own limit.</summary>
    public const int MaxNesting = 250;

    /// <summary>Marks where a match has to end in a text for a pattern that is compiled with an end: a character that no text has.</summary>
    public const char EndMark = '\uFFFF';

    private readonly Regex _deciding;
    private readonly Regex _capturing;
    private readonly Regex? _ending;

    private BoundedRegex(Regex deciding, Regex capturing, Regex? ending)
    {
        _deciding = deciding;
        _capturing = capturing;
        _ending = ending;
        GroupCount = capturing.GetGroupNumbers().Length - 1;
    }

    /// <summary>How many groups the pattern has.</summary>
    public int GroupCount { get; }

    /// <summary>Whether the pattern sees characters, which only a pattern can ask for; else it sees octets.</summary>
    public bool MatchesCharacters { get; private init; }

    /// <summary>Compiles a pattern of .NET.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="options">How it matches.</param>
    /// <param name="matchesCharacters">Whether it was made to match characters.</param>
    /// <param name="ending">The pattern as it matches before <see cref="EndMark"/>, if of several matches the longest counts.</param>
    /// <exception cref="PatternException">The pattern makes no sense to .NET.</exception>
    public static BoundedRegex Compile(string pattern, RegexOptions options, bool matchesCharacters = false, string? ending = null)
    {
        options |= RegexOptions.CultureInvariant;
        try
        {
            var capturing = new Regex(pattern, options, TimeLimit);
            var bounded = ending is null ? null : new Regex($@"\G(?:{ending}){EndMark}", options, TimeLimit);
            try
            {
                var deciding = new Regex(pattern, options | RegexOptions.NonBacktracking, TimeLimit);
                return new BoundedRegex(deciding, capturing, bounded) { MatchesCharacters = matchesCharacters };
            }
            catch (NotSupportedException)
            {
                // Look-around, back references and atomic groups need backtracking, or the automaton would be too large.
                return new BoundedRegex(capturing, capturing, bounded) { MatchesCharacters = matchesCharacters };
            }
        }
        catch (RegexParseException e)
        {
            throw new PatternException($"error in regex: {e.Error}");
        }
    }

    /// <summary>Whether the pattern matches.</summary>
    /// <exception cref="RegexMatchTimeoutException">It could not be decided within <see cref="TimeLimit"/>.</exception>
    public bool IsMatch(string text) => _deciding.IsMatch(Encode(text));

    /// <summary>
    /// The match with its groups, by the backtracking engine: the other one of .NET 10 knows whether there is a match, but not always where
    /// (<c>(([A-Za-z]{0,1})b)</c> is found too late in <c>A. b1ab</c>). What the groups hold is encoded (<see cref="Encode"/>).
    /// </summary>
    /// <exception cref="RegexMatchTimeoutException">It was not found within <see cref="TimeLimit"/>.</exception>
    public Match Match(string text)
    {
        text = Encode(text);
        var first = _capturing.Match(text);
        return _ending is null || !first.Success ? first : Longest(text, first);
    }

    /// <summary>A text as the pattern sees it.</summary>
    public string Encode(string text) => MatchesCharacters ? text : OctetText.Encode(text);

    /// <summary>The reverse of <see cref="Encode"/>; null if that gives no UTF-8.</summary>
    public string? Decode(string text) => MatchesCharacters ? text : OctetText.Decode(text);

    /// <summary>The longest match that begins where the first one does.</summary>
    private Match Longest(string text, Match first)
    {
        var began = Stopwatch.GetTimestamp();
        for (var end = text.Length; end >= first.Index + first.Length; end--)
        {
            var match = _ending!.Match(text.Insert(end, EndMark.ToString()), first.Index);
            if (match.Success) return match;
            if (Stopwatch.GetElapsedTime(began) > TimeLimit) throw new RegexMatchTimeoutException();
        }
        return first;
    }
}
