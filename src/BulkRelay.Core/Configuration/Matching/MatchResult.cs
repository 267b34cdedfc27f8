namespace BulkRelay.Core.Configuration.Matching;

/// <summary>Whether something matches a list; or that a table of the list could not answer, so that neither may be assumed.</summary>
public readonly record struct MatchResult
{
    private MatchResult(bool isMatch, string? failure)
    {
        IsMatch = isMatch;
        Failure = failure;
    }

    /// <summary>True if it matches.</summary>
    public bool IsMatch { get; }

    /// <summary>Why the list could not be decided (for the operator), or null.</summary>
    public string? Failure { get; }

    /// <summary>It matches.</summary>
    public static MatchResult Yes => new(true, null);

    /// <summary>It does not match.</summary>
    public static MatchResult No => default;

    /// <summary>The list could not be decided.</summary>
    public static MatchResult Unavailable(string reason) => new(false, reason);
}
