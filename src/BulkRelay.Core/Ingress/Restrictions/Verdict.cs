using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// What a restriction says. It only says: what becomes of it (a warning instead of a refusal, a refusal that is put off) is decided by the
/// <see cref="RestrictionList"/> it stands in.
/// </summary>
internal readonly record struct Verdict
{
    /// <summary>How refusals end that are due to a table.</summary>
    public const string LookupFailure = "Temporary lookup failure";

    private static readonly Reply ServerConfigurationError = new("451 4.3.5 Server configuration error");
    private static readonly Reply TemporaryLookupFailure = new($"451 4.3.0 {LookupFailure}");

    private Verdict(VerdictKind kind, Reply? reply, string reason = "", bool isFault = false)
    {
        Kind = kind;
        Reply = reply;
        Reason = reason;
        IsFault = isFault;
    }

    /// <summary>Not decided here.</summary>
    public static Verdict Dunno => default;

    /// <summary>Permitted: the rest of the list is not asked.</summary>
    public static Verdict Permit => new(VerdictKind.Permit, null);

    /// <summary>What it says.</summary>
    public VerdictKind Kind { get; }

    /// <summary>The reply of a refusal, of one for now included; otherwise null.</summary>
    public Reply? Reply { get; }

    /// <summary>True for <see cref="Permit"/>.</summary>
    public bool IsPermit => Kind == VerdictKind.Permit;

    /// <summary>The reply to the client if it is refused, or null.</summary>
    public Reply? Refusal => Kind == VerdictKind.Refusal ? Reply : null;

    /// <summary>What the operator should know beyond the reply; may be empty.</summary>
    public string Reason { get; }

    /// <summary>True if the refusal is no decision about the request but a fault of this server: <c>warn_if_reject</c> does not lift it.</summary>
    public bool IsFault { get; }

    /// <summary>True unless the next restriction is to be asked.</summary>
    public bool IsDecided => Kind is VerdictKind.Permit or VerdictKind.Refusal;

    /// <summary>Refused with this reply.</summary>
    public static Verdict Refuse(Reply reply) => new(VerdictKind.Refusal, reply);

    /// <summary>Refused with this reply, which is for now, unless something refuses for good.</summary>
    public static Verdict DeferIfPermit(Reply reply) => new(VerdictKind.DeferIfPermit, reply);

    /// <summary>Whatever refuses for good gives this reply, which is for now, instead.</summary>
    public static Verdict DeferIfReject(Reply reply) => new(VerdictKind.DeferIfReject, reply);

    /// <summary>Refused for now because the configuration is at fault; the reason is for the operator.</summary>
    public static Verdict Misconfigured(string reason) => new(VerdictKind.Refusal, ServerConfigurationError, reason, isFault: true);

    /// <summary>Refused for now because a table could not answer; the reason is for the operator.</summary>
    public static Verdict Unavailable(string reason) => new(VerdictKind.Refusal, TemporaryLookupFailure, reason, isFault: true);

    /// <summary>The same, which names what could not be looked up.</summary>
    public static Verdict Unavailable(string reason, string name) =>
        new(VerdictKind.Refusal, new Reply($"451 4.3.0 <{name}>: {LookupFailure}"), reason, isFault: true);
}
