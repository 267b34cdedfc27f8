namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>What a check of a password came to: right, wrong, or unknown for a reason that the operator should know.</summary>
internal readonly record struct PasswordResult
{
    private PasswordResult(bool isRight, string? trouble)
    {
        IsRight = isRight;
        Trouble = trouble;
    }

    /// <summary>True if the user exists and this is the password.</summary>
    public bool IsRight { get; }

    /// <summary>Why nobody could find out; null if somebody could.</summary>
    public string? Trouble { get; }

    public static PasswordResult Right => new(true, null);

    /// <summary>The user does not exist, or has another password: which of both, nobody is to know.</summary>
    public static PasswordResult Wrong => default;

    public static PasswordResult Unavailable(string trouble) => new(false, trouble);
}
