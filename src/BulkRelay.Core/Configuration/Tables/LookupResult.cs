namespace BulkRelay.Core.Configuration.Tables;

/// <summary>The answer of a lookup table: a value, nothing, or a temporary failure with its reason.</summary>
public readonly record struct LookupResult
{
    private LookupResult(string? value, string? failure)
    {
        Value = value;
        Failure = failure;
    }

    /// <summary>The value found, or null.</summary>
    public string? Value { get; }

    /// <summary>Why the table could not answer (for the operator), or null.</summary>
    public string? Failure { get; }

    /// <summary>True if there is a value.</summary>
    public bool IsFound => Value is not null;

    /// <summary>True if the table could not answer: neither "found" nor "not found" may be assumed.</summary>
    public bool IsFailure => Failure is not null;

    /// <summary>The key is not in the table.</summary>
    public static LookupResult NotFound => default;

    /// <summary>The key has this value.</summary>
    public static LookupResult Found(string value) => new(value, null);

    /// <summary>The table could not answer.</summary>
    public static LookupResult Unavailable(string reason) => new(null, reason);
}
