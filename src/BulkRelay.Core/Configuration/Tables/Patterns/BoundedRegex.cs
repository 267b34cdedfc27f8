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

    private readonly Regex _deciding;
    private readonly Regex _capturing;

    private BoundedRegex(Regex deciding, Regex capturing)
    {
        _deciding = deciding;
        _capturing = capturing;
        GroupCount = capturing.GetGroupNumbers().Length - 1;
    }

    /// <summary>How many groups the pattern has.</summary>
    public int GroupCount { get; }

    /// <summary>Compiles a pattern of .NET.</summary>
    /// <exception cref="PatternException">The pattern makes no sense to .NET.</exception>
    public static BoundedRegex Compile(string pattern, RegexOptions options)
    {
        options |= RegexOptions.CultureInvariant;
        try
        {
            var capturing = new Regex(pattern, options, TimeLimit);
            try
            {
                return new BoundedRegex(new Regex(pattern, options | RegexOptions.NonBacktracking, TimeLimit), capturing);
            }
            catch (NotSupportedException)
            {
                // Look-around, back references and atomic groups need backtracking, or the automaton would be too large.
                return new BoundedRegex(capturing, capturing);
            }
        }
        catch (RegexParseException e)
        {
            throw new PatternException($"error in regex: {e.Error}");
        }
    }

    /// <summary>Whether the pattern matches.</summary>
    /// <exception cref="RegexMatchTimeoutException">It could not be decided within <see cref="TimeLimit"/>.</exception>
    public bool IsMatch(string text) => _deciding.IsMatch(text);

    /// <summary>
    /// The match with its groups, by the backtracking engine: the other one of .NET 10 knows whether there is a match, but not always where
    /// (<c>(([A-Za-z]{0,1})b)</c> is found too late in <c>A. b1ab</c>).
    /// </summary>
    /// <exception cref="RegexMatchTimeoutException">It was not found within <see cref="TimeLimit"/>.</exception>
    public Match Match(string text) => _capturing.Match(text);
}
