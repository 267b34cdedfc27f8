namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>One rule of a table of patterns.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Pattern">The pattern; null for an <c>if</c> whose pattern makes no sense: what it guards is then never reached.</param>
/// <param name="IsNegated">True if it stood behind <c>!</c>.</param>
/// <param name="Result">What a match gives; null for an <c>if</c>.</param>
internal sealed record PatternRule<TPattern, TResult>(int Line, TPattern? Pattern, bool IsNegated, TResult? Result)
    where TPattern : class where TResult : class
{
    /// <summary>For an <c>if</c>: where to go on when it does not match.</summary>
    public int AfterEndif { get; set; }
}
