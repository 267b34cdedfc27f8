namespace BulkRelay.Core.Configuration;

/// <summary>What stands between the braces of <c>${…}</c>.</summary>
/// <param name="Name">The parameter that is asked for; empty in a comparison.</param>
/// <param name="Comparison">The comparison; null if a parameter is asked for.</param>
/// <param name="IfTrue">The text after <c>?</c>, not expanded; null if there is none.</param>
/// <param name="IfFalse">The text after <c>:</c>, not expanded; null if there is none.</param>
internal sealed record MacroExpression(string Name, MacroComparison? Comparison, string? IfTrue, string? IfFalse)
{
    /// <summary>True for <c>${name}</c>: the value itself is wanted, not a text that depends on it.</summary>
    public bool IsPlain => IfTrue is null && IfFalse is null;
}
