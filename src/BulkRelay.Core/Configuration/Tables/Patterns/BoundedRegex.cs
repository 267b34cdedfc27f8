using System.Text.RegularExpressions;

namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>
/// A regular expression whose match takes bounded time whatever its pattern: without backtracking where the pattern allows that (time in
/// proportion to the text), and with a time-out in any case.
/// </summary>
internal static class BoundedRegex
{
    /// <summary>The longest time that one table may spend on one key.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pattern.</summary>
    public const int MaxLength = 32 * 1024;

    /// <summary>How deep groups may nest; PCRE's own limit.</summary>
    public const int MaxNesting = 250;

    /// <summary>Compiles a pattern of .NET.</summary>
    /// <exception cref="PatternException">The pattern makes no sense to .NET.</exception>
    public static Regex Compile(string pattern, RegexOptions options)
    {
        options |= RegexOptions.CultureInvariant;
        try
        {
            try
            {
                return new Regex(pattern, options | RegexOptions.NonBacktracking, TimeLimit);
            }
            catch (NotSupportedException)
            {
                // Look-around, back references and atomic groups need backtracking, or the automaton would be too large.
                return new Regex(pattern, options, TimeLimit);
            }
        }
        catch (RegexParseException e)
        {
            throw new PatternException($"error in regex: {e.Error}");
        }
    }
}
