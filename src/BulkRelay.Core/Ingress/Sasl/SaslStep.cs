namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>What comes of a client's message in an exchange.</summary>
internal enum SaslOutcome
{
    /// <summary>The server has something to say, and the client's turn is next.</summary>
    Challenge,

    /// <summary>The client has signed in.</summary>
    Success,

    /// <summary>It has not: the name or the password is wrong, or the message makes no sense.</summary>
    Failure,

    /// <summary>Nobody could find out: the back end did not answer.</summary>
    Unavailable,
}

/// <summary>One step of an exchange. Holds no secret.</summary>
internal readonly struct SaslStep
{
    /// <summary>What Cyrus SASL says of a wrong name and of a wrong password.</summary>
    public const string WrongPassword = "authentication failure";

    /// <summary>What Postfix says when nobody can find out; fail2ban knows that it is not the client's fault.</summary>
    public const string NoAnswer = "Connection lost to authentication server";

    private SaslStep(SaslOutcome outcome, ReadOnlyMemory<byte> challenge, string login, string reason, string trouble = "")
    {
        Outcome = outcome;
        Challenge = challenge;
        Login = login;
        Reason = reason;
        Trouble = trouble;
    }

    public SaslOutcome Outcome { get; }

    /// <summary>What the client is to be told, before it is encoded.</summary>
    public ReadOnlyMemory<byte> Challenge { get; }

    /// <summary>The name in question; empty if there is none yet.</summary>
    public string Login { get; }

    /// <summary>Why it failed, as the client is told.</summary>
    public string Reason { get; }

    /// <summary>What the operator should know; empty for nothing.</summary>
    public string Trouble { get; }

    /// <summary>The server says this and waits.</summary>
    public static SaslStep Say(ReadOnlyMemory<byte> challenge) => new(SaslOutcome.Challenge, challenge, "", "");

    /// <summary>The client is this user.</summary>
    public static SaslStep Success(string login) => new(SaslOutcome.Success, default, login, "");

    /// <summary>The client is not, or not known to be, this user.</summary>
    public static SaslStep Failure(string login, string reason = WrongPassword) => new(SaslOutcome.Failure, default, login, reason);

    /// <summary>It could not be found out; the trouble is for the operator.</summary>
    public static SaslStep Unavailable(string login, string trouble) => new(SaslOutcome.Unavailable, default, login, NoAnswer, trouble);
}
