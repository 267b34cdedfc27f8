using System.Collections.Frozen;
using BulkRelay.Core.Ingress.Restrictions;

namespace BulkRelay.Core.Ingress.Access;

/// <summary>All actions of access tables that are one word: one row each. What is none of them is a list of restrictions.</summary>
internal static class AccessActions
{
    /// <summary>The action that says where the message goes.</summary>
    public const string Filter = "FILTER";

    private static readonly FrozenDictionary<string, AccessAction> ByName = new AccessAction[]
    {
        new("BCC", (match, _) => MessageActionRules.Bcc(match)) { CheckText = MessageActionRules.TargetFault },
        new("DEFER", (match, codes) => Verdict.Refuse(codes.Reply(match, codes.Defer, "4.7.1", match.Text, "Access denied"))),
        new("DEFER_IF_PERMIT",
            (match, codes) => Verdict.DeferIfPermit(codes.Reply(match, codes.Defer, "4.7.1", match.Text, "Service unavailable"))),
        new("DEFER_IF_REJECT",
            (match, codes) => Verdict.DeferIfReject(codes.Reply(match, codes.Defer, "4.7.1", match.Text, "Service unavailable"))),
        new("DISCARD", (match, _) => MessageActionRules.Discard(match)),
        new("DUNNO", (_, _) => Verdict.Dunno),
        new(Filter, (match, _) => MessageActionRules.Filter(match)) { CheckText = MessageActionRules.FilterFault },
        new("HOLD", (match, _) => MessageActionRules.Hold(match)),
        new("INFO", (match, _) => Note(match, "info")),
        new("OK", (_, _) => Verdict.Permit),
        new("PREPEND", (match, _) => MessageActionRules.Prepend(match)) { CheckText = MessageActionRules.HeaderFault },
        new("REDIRECT", (match, _) => MessageActionRules.Redirect(match)) { CheckText = MessageActionRules.TargetFault },
        new("REJECT", (match, codes) => Verdict.Refuse(codes.Reply(match, codes.Reject, "5.7.1", match.Text, "Access denied"))),
        new("RELAY", (_, _) => Verdict.Permit),
        new("WARN", (match, _) => Note(match, "warn")),
    }.ToFrozenDictionary(a => a.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The action of that name, or null.</summary>
    public static AccessAction? Find(string name) => ByName.GetValueOrDefault(name);

    private static Verdict Note(in AccessMatch match, string decision)
    {
        match.Request.Note(decision, match.Text);
        return Verdict.Dunno;
    }
}
