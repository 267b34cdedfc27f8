namespace BulkRelay.Smtp;

/// <summary>
/// A mailbox as an envelope carries it (RFC 5321 section 4.1.2, RFC 6531 with SMTPUTF8): source route removed, local part quoted only
/// where it must be. Free of control characters by construction. The default value is the null path <c>&lt;&gt;</c>.
/// </summary>
public readonly record struct EmailAddress
{
    /// <summary>The most characters of an address that is accepted, quotes included.</summary>
    public const int MaxLength = 1000;

    private readonly string? _text;
    private readonly int _localLength;

    internal EmailAddress(string text, int localLength)
    {
        _text = text;
        _localLength = localLength;
    }

    /// <summary>The address as it is written between the angle brackets; empty for the null path.</summary>
    public string Text => _text ?? "";

    /// <summary>True for <c>&lt;&gt;</c>.</summary>
    public bool IsNull => Text.Length == 0;

    /// <summary>The left side, with its quotes if it has some.</summary>
    public ReadOnlySpan<char> LocalPart => Text.AsSpan(0, _localLength);

    /// <summary>The right side: a host name or an address literal with brackets; empty for an address without one (<c>postmaster</c>).</summary>
    public ReadOnlySpan<char> Domain => _localLength < Text.Length ? Text.AsSpan(_localLength + 1) : default;

    /// <summary>True if the address needs no SMTPUTF8.</summary>
    public bool IsAscii => System.Text.Ascii.IsValid(Text);

    /// <summary>True if only the local part needs SMTPUTF8, if any does.</summary>
    public bool IsDomainAscii => System.Text.Ascii.IsValid(Domain);

    /// <summary>
    /// True if the local part, quotes removed, holds <c>@</c>, <c>%</c> or <c>!</c>: the sender names a further hop
    /// (<c>user%elsewhere@here</c>), which an outside client may not ask for.
    /// </summary>
    public bool HasSenderRoute => LocalPart.ContainsAny('@', '%', '!');

    /// <summary>The address with the quoting of the local part removed: for table keys and for the text of replies, never for a protocol.</summary>
    public string ToUnquoted()
    {
        if (LocalPart is not ['"', .. var quoted, '"']) return Text;
        var plain = new System.Text.StringBuilder(Text.Length);
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] == '\\') i++;
            plain.Append(quoted[i]);
        }
        return plain.Append(Text.AsSpan(_localLength)).ToString();
    }

    /// <summary>The same local part at another domain.</summary>
    public EmailAddress WithDomain(string domain) => new($"{LocalPart}@{domain}", _localLength);

    /// <summary>
    /// Reads what stands between the angle brackets of a path. Accepts what mail systems really send (dots anywhere, characters that
    /// should have been quoted) and normalises it; refuses control characters, broken UTF-8, comments, a leading <c>-</c>, and domains
    /// that are neither host names nor address literals. Empty octets give the null path.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> octets, out EmailAddress address) => AddressParser.TryParse(octets, out address);

    /// <summary>Reads an address that is text already, by the same rules.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EmailAddress address) => AddressParser.TryParse(text, out address);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
