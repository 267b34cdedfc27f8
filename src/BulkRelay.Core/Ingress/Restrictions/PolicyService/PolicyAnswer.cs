namespace BulkRelay.Core.Ingress.Restrictions.PolicyService;

/// <summary>What a policy service answered, or why that is no answer.</summary>
/// <param name="Action">The action, without control characters; null if there is none.</param>
/// <param name="Trouble">What is wrong; empty if nothing is.</param>
internal readonly record struct PolicyAnswer(string? Action, string Trouble)
{
    /// <summary>No answer.</summary>
    public static PolicyAnswer Failed(string trouble) => new(null, trouble);
}
