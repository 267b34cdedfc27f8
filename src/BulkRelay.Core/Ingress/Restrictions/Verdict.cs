using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>What a restriction says: nothing, that the request is permitted, or the reply that refuses it.</summary>
internal readonly record struct Verdict
{
    private static readonly Reply ServerConfigurationError = new("451 4.3.5 Server configuration error");
    private static readonly Reply TemporaryLookupFailure = new("451 4.3.0 Temporary lookup failure");

    private Verdict(bool isPermit, Reply? refusal, string reason)
    {
        IsPermit = isPermit;
        Refusal = refusal;
        Reason = reason;
    }

    /// <summary>Not decided here.</summary>
    public static Verdict Dunno => default;

    /// <summary>Permitted: the rest of the list is not asked.</summary>
    public static Verdict Permit => new(true, null, "");

    /// <summary>True for <see cref="Permit"/>.</summary>
    public bool IsPermit { get; }

    /// <summary>The reply to the client if it is refused, or null.</summary>
    public Reply? Refusal { get; }

    /// <summary>What the operator should know beyond the reply; may be empty.</summary>
    public string Reason { get; }

    /// <summary>True unless the next restriction is to be asked.</summary>
    public bool IsDecided => IsPermit || Refusal is not null;

    /// <summary>Refused with this reply.</summary>
    public static Verdict Refuse(Reply reply) => new(false, reply, "");

    /// <summary>Refused for now because the configuration is at fault; the reason is for the operator.</summary>
    public static Verdict Misconfigured(string reason) => new(false, ServerConfigurationError, reason);

    /// <summary>Refused for now because a table could not answer; the reason is for the operator.</summary>
    public static Verdict Unavailable(string reason) => new(false, TemporaryLookupFailure, reason);

    /// <summary>
    /// What becomes of the decision because of what an earlier restriction could not find out: a refusal for good, or none, may turn into
    /// a refusal for now.
    /// </summary>
    public Verdict OrDeferred(AccessRequest request)
    {
        if (Refusal is null) return request.DeferIfPermit ?? this;
        return Refusal.Code >= 500 ? request.DeferIfReject ?? this : this;
    }
}
