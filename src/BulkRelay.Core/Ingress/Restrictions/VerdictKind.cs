namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>What a restriction can say.</summary>
internal enum VerdictKind
{
    /// <summary>Nothing: the next restriction is asked.</summary>
    Dunno,

    /// <summary>Permitted: the rest of the list is not asked.</summary>
    Permit,

    /// <summary>Refused.</summary>
    Refusal,

    /// <summary>Refused for now unless something refuses for good: the next restriction is asked (Postfix: defer_if_permit).</summary>
    DeferIfPermit,

    /// <summary>A refusal for good becomes this one for now: the next restriction is asked (Postfix: defer_if_reject).</summary>
    DeferIfReject,
}
