using BulkRelay.Core.Ingress.Restrictions;

namespace BulkRelay.Core.Ingress.Access;

/// <summary>An action of access tables (access(5)).</summary>
/// <param name="Name">The word, matched without case.</param>
/// <param name="Apply">Carries it out, with the codes of the configuration.</param>
internal sealed record AccessAction(string Name, Func<AccessMatch, AccessCodes, Verdict> Apply)
{
    /// <summary>What is wrong with the text behind the word, whatever it is applied to; null for nothing.</summary>
    public Func<string, string?> CheckText { get; init; } = _ => null;
}
