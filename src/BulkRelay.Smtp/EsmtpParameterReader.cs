using System.Text;

namespace BulkRelay.Smtp;

/// <summary>Goes through <c>KEYWORD=value KEYWORD …</c> (RFC 5321 section 4.1.2) without copying.</summary>
public ref struct EsmtpParameterReader(ReadOnlySpan<byte> parameters)
{
    private ReadOnlySpan<byte> _rest = parameters;
    private int _equals;

    /// <summary>The whole parameter as written.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>What stands behind the first <c>=</c>; empty if there is none.</summary>
    public readonly ReadOnlySpan<byte> Value => _equals < 0 ? default : Current[(_equals + 1)..];

    /// <summary>Goes to the next parameter; false at the end.</summary>
    public bool MoveNext()
    {
        if (!CommandToken.TryRead(ref _rest, out var token)) return false;
        Current = token.Text;
        _equals = Current.IndexOf((byte)'=');
        return true;
    }

    /// <summary>Whether this is the parameter with this keyword and a value, if only an empty one.</summary>
    public readonly bool Has(ReadOnlySpan<byte> keyword) => _equals >= 0 && Ascii.EqualsIgnoreCase(Current[.._equals], keyword);

    /// <summary>Whether this is the keyword, without a value.</summary>
    public readonly bool Is(ReadOnlySpan<byte> keyword) => Ascii.EqualsIgnoreCase(Current, keyword);
}
