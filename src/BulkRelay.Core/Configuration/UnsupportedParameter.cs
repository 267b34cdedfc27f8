namespace BulkRelay.Core.Configuration;

/// <summary>What it means that BulkRelay does not act on a parameter of Postfix.</summary>
public enum UnsupportedClass
{
    /// <summary>Nobody sees a difference: the work is done in another way, or there is none.</summary>
    Harmless,

    /// <summary>Users or operators see something else than Postfix would show: a warning.</summary>
    Visible,

    /// <summary>It protects, or says where mail goes: an error, unless <c>unsupported_settings = ignore</c>.</summary>
    Protective,
}

/// <summary>A parameter of Postfix that BulkRelay does not act on.</summary>
/// <param name="Class">What that means.</param>
/// <param name="Instead">What happens instead, half a sentence.</param>
/// <param name="AlsoDone">The values, beside Postfix's default, that ask for nothing else than what happens anyway.</param>
public sealed record UnsupportedParameter(UnsupportedClass Class, string Instead, Func<string, bool>? AlsoDone)
{
    /// <summary>
    /// True if the expanded value asks for something that does not happen here. An empty one asks for nothing, and neither does a protection
    /// that is off.
    /// </summary>
    public bool Misses(string value) => value.Length > 0 && AlsoDone?.Invoke(value) != true && Class switch
    {
        UnsupportedClass.Harmless => false,
        UnsupportedClass.Visible => true,
        _ => value != "0" && !value.Equals("no", StringComparison.OrdinalIgnoreCase),
    };
}
