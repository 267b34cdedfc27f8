namespace BulkRelay.Smtp;

/// <summary>Goes through <c>KEYWORD=value KEYWORD …</c> (RFC 5321 section 4.1.2) without copying.</summary>
public ref struct EsmtpParameterReader(ReadOnlySpan<byte> parameters)
{
    private ReadOnlySpan<byte> _rest = parameters;

    /// <summary>The whole parameter as written.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>What stands before the <c>=</c>.</summary>
    public ReadOnlySpan<byte> Keyword { get; private set; }

    /// <summary>What stands behind the first <c>=</c>; empty if there is none.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next parameter; false at the end.</summary>
    public bool MoveNext()
    {
        _rest = _rest.TrimStart(" \t"u8);
        if (_rest.IsEmpty) return false;
        var end = _rest.IndexOfAny((byte)' ', (byte)'\t');
        Current = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[end..];
        var equals = Current.IndexOf((byte)'=');
        Keyword = equals < 0 ? Current : Current[..equals];
        Value = equals < 0 ? default : Current[(equals + 1)..];
        return true;
    }
}
