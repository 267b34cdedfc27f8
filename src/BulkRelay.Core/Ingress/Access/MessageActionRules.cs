using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Access;

/// <summary>
/// The actions of access tables that do something to the message (access(5)). They are collected in <see cref="MessageActions"/> and done
/// when the message has come, unless it is refused. What cannot be done is a warning, as if the entry were not there.
/// </summary>
internal static class MessageActionRules
{
    public static Verdict Hold(AccessMatch match)
    {
        if (!match.AllowsMessageActions() || match.Request.Actions.IsHeld) return Verdict.Dunno;
        match.Request.Note("hold", $"{match.Target} {(match.Text.Length > 0 ? match.Text : "triggers HOLD action")}");
        match.Request.Actions.IsHeld = true;
        return Verdict.Dunno;
    }

    public static Verdict Discard(AccessMatch match)
    {
        if (!match.AllowsMessageActions()) return Verdict.Dunno;
        match.Request.Note("discard", $"{match.Target} {(match.Text.Length > 0 ? match.Text : "triggers DISCARD action")}");
        match.Request.Actions.IsDiscarded = true;
        return Verdict.Permit;
    }

    public static Verdict Filter(AccessMatch match)
    {
        if (!match.AllowsMessageActions()) return Verdict.Dunno;
        if (FilterFault(match.Text) is { } fault) return Warn(match, fault);
        match.Request.Note("filter", $"{match.Target} triggers FILTER {match.Text}");
        match.Request.Actions.Filter = match.Text;
        return Verdict.Dunno;
    }

    public static Verdict Redirect(AccessMatch match)
    {
        if (!match.AllowsMessageActions()) return Verdict.Dunno;
        if (TargetFault(match.Text, out var target) is { } fault) return Warn(match, fault);
        match.Request.Note("redirect", $"{match.Target} triggers REDIRECT {match.Text}");
        match.Request.Actions.Redirect = target;
        return Verdict.Dunno;
    }

    public static Verdict Bcc(AccessMatch match)
    {
        if (!match.AllowsMessageActions()) return Verdict.Dunno;
        if (TargetFault(match.Text, out var target) is { } fault) return Warn(match, fault);
        match.Request.Note("bcc", $"{match.Target} triggers BCC {match.Text}");
        match.Request.Actions.AddBcc(target);
        return Verdict.Dunno;
    }

    public static Verdict Prepend(AccessMatch match)
    {
        var request = match.Request;
        if (!match.AllowsMessageActions()) return Verdict.Dunno;
        if (request.Subject == AccessSubject.EndOfData)
        {
            request.Log.Warning($"access table {match.Table}: action PREPEND must be used before smtpd_end_of_data_restrictions");
            return Verdict.Dunno;
        }
        if (HeaderFault(match.Text) is { } fault) return Warn(match, fault);
        request.Actions.AddHeader(match.Text);
        return Verdict.Dunno;
    }

    /// <summary>What is wrong with what stands behind FILTER.</summary>
    public static string? FilterFault(string text) => text.Length == 0 ? "has FILTER entry without value"
        : text.IndexOf(':', StringComparison.Ordinal) <= 0 || text.Any(char.IsControl) ? "requires transport:destination" : null;

    /// <summary>What is wrong with what stands behind REDIRECT and BCC.</summary>
    public static string? TargetFault(string text) => TargetFault(text, out _);

    /// <summary>What is wrong with what stands behind PREPEND: it is one header (RFC 5322 section 2.2), nothing in it may begin another line.</summary>
    public static string? HeaderFault(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var isHeader = colon > 0 && !text.AsSpan(0, colon).TrimEnd(" \t").ContainsAnyExceptInRange('!', '~')
            && !text.Any(c => char.IsControl(c) && c != '\t');
        return isHeader ? null : "requires header: text";
    }

    private static string? TargetFault(string text, out string target)
    {
        var isAddress = EmailAddress.TryParse(text, out var address) && !address.Domain.IsEmpty;
        target = address.Text;
        return isAddress ? null : "requires user@domain target";
    }

    private static Verdict Warn(in AccessMatch match, string fault)
    {
        match.Request.Log.Warning($"access table {match.Table} entry \"{match.Key}\" {fault}");
        return Verdict.Dunno;
    }
}
