using BulkRelay.Core.Ingress.Restrictions;

namespace BulkRelay.Core.Ingress.Access;

/// <summary>An entry of an access table that was found.</summary>
/// <param name="Request">What it is about.</param>
/// <param name="Table">The table's name, for the log.</param>
/// <param name="Key">The key that was found.</param>
/// <param name="Target">What a refusal names.</param>
/// <param name="Value">The right-hand side.</param>
internal readonly record struct AccessMatch(AccessRequest Request, string Table, string Key, AccessTarget Target, string Value)
{
    /// <summary>The first word of the value.</summary>
    public string Action => ActionOf(Value);

    /// <summary>What follows the first word.</summary>
    public string Text => Value[Action.Length..].TrimStart();

    /// <summary>The first word of a value.</summary>
    public static string ActionOf(string value) => value.AsSpan().IndexOfAny(' ', '\t') is var end and >= 0 ? value[..end] : value;

    /// <summary>
    /// Whether something may be done to the message here: there is one, and what is decided now is about it. If not, the operator is told.
    /// </summary>
    public bool AllowsMessageActions()
    {
        if (Request.Subject == AccessSubject.Etrn)
            Request.Log.Warning($"access table {Table}: action {Action} is unavailable in smtpd_etrn_restrictions");
        // RFC 5321 section 4.1.1.6: VRFY has no effect on the transaction, if there is one.
        else if (Request.Where == "VRFY") Request.Log.Warning($"access table {Table}: action {Action} is unavailable for VRFY");
        else if (Request.Sender is null)
        {
            Request.Log.Warning($"access table {Table}: with smtpd_delay_reject=no, action {Action} is always skipped in "
                + $"{AccessTarget.ClientClass} or {AccessTarget.HeloClass} restrictions");
        }
        else return true;
        return false;
    }
}
