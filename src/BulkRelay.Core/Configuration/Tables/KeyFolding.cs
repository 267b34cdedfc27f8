using System.Diagnostics.CodeAnalysis;

namespace BulkRelay.Core.Configuration.Tables;

/// <summary>Which keys of an indexed table are the same.</summary>
public sealed class KeyFolding : IEqualityComparer<string>
{
    /// <summary>Only what is equal.</summary>
    public static readonly KeyFolding None = new(key => key, StringComparer.Ordinal);

    /// <summary>Upper and lower case are the same in ASCII alone: without SMTPUTF8 other octets have no meaning.</summary>
    public static readonly KeyFolding Ascii = new(FoldAscii, StringComparer.Ordinal);

    /// <summary>Upper and lower case are the same.</summary>
    public static readonly KeyFolding Unicode = new(key => key.ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);

    private readonly StringComparer _comparer;
    private readonly Func<string, string> _fold;

    private KeyFolding(Func<string, string> fold, StringComparer comparer)
    {
        _fold = fold;
        _comparer = comparer;
    }

    /// <summary>The key as it is shown, and as Postfix stores it.</summary>
    public string Fold(string key) => _fold(key);

    /// <inheritdoc/>
    public bool Equals(string? x, string? y) => this == Ascii ? _comparer.Equals(FoldAscii(x ?? ""), FoldAscii(y ?? "")) : _comparer.Equals(x, y);

    /// <inheritdoc/>
    public int GetHashCode([DisallowNull] string key) => _comparer.GetHashCode(this == Ascii ? FoldAscii(key) : key);

    private static string FoldAscii(string key) =>
        key.AsSpan().ContainsAnyInRange('A', 'Z') ? string.Create(key.Length, key, static (lower, from) =>
        {
            for (var i = 0; i < lower.Length; i++) lower[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
        }) : key;
}
