using System.Text;
using MimeKit;

namespace BulkRelay.Core.Bounces;

/// <summary>The header of an entity, as far as it says how to read the body (RFC 2045).</summary>
internal sealed class MimeHeader
{
    private readonly List<Field> _fields = [];

    private MimeHeader()
    {
    }

    /// <summary>Its fields, in order.</summary>
    public IReadOnlyList<Field> Fields => _fields;

    /// <summary>Where the body begins.</summary>
    public int End { get; private set; }

    /// <summary>False for a header that ends with the entity, without an empty line.</summary>
    public bool HasBody { get; private set; }

    public bool HasVersion { get; private set; }

    public bool HasType { get; private set; }

    /// <summary>The body is quoted-printable or base64.</summary>
    public bool IsEncoded { get; private set; }

    public bool IsQuotedPrintable { get; private set; }

    /// <summary>The type is <c>multipart</c> or <c>message</c>, which must not be encoded.</summary>
    public bool IsComposite { get; private set; }

    /// <summary>The body is a message.</summary>
    public bool IsMessage { get; private set; }

    /// <summary>Between the parts of a multipart; null for anything else.</summary>
    public byte[]? Boundary { get; private set; }

    /// <summary>Reads the header of an entity.</summary>
    /// <param name="message">The message.</param>
    /// <param name="start">Where the entity begins.</param>
    /// <param name="end">Where it ends at the latest.</param>
    public static MimeHeader Read(ReadOnlySpan<byte> message, int start, int end)
    {
        var header = new MimeHeader();
        var at = start;
        while (at < end)
        {
            var next = message[at..end].IndexOf((byte)'\n') is var found && found < 0 ? end : at + found + 1;
            var line = message[at..next];
            if (line.TrimEnd("\r\n"u8).IsEmpty)
            {
                header.HasBody = true;
                at = next;
                break;
            }
            if (line[0] is (byte)' ' or (byte)'\t' && header._fields.Count > 0)
                header._fields[^1] = header._fields[^1] with { Length = next - header._fields[^1].Start };
            else if (line.IndexOf((byte)':') > 0) header._fields.Add(new Field(at, next - at, false, false));
            else
            {
                header.HasBody = true;
                break;
            }
            at = next;
        }
        header.End = at;
        for (var i = 0; i < header._fields.Count; i++) header._fields[i] = header.Understand(header._fields[i], message);
        if (header.IsEncoded) header.IsMessage = false;
        return header;
    }

    private Field Understand(Field field, ReadOnlySpan<byte> message)
    {
        var text = Encoding.Latin1.GetString(message.Slice(field.Start, field.Length)).ReplaceLineEndings("");
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (name, value) = (text[..colon].TrimEnd().ToLowerInvariant(), text[(colon + 1)..].Trim());
        if (name == "mime-version") HasVersion = true;
        else if (name == "content-type") UnderstandType(value);
        else if (name == "content-transfer-encoding")
        {
            IsQuotedPrintable = value.StartsWith("quoted-printable", StringComparison.OrdinalIgnoreCase);
            IsEncoded = IsQuotedPrintable || value.StartsWith("base64", StringComparison.OrdinalIgnoreCase);
        }
        return field with
        {
            IsEncoding = name == "content-transfer-encoding",
            IsOfContent = name.StartsWith("content-", StringComparison.Ordinal),
        };
    }

    private void UnderstandType(string value)
    {
        HasType = true;
        if (!ContentType.TryParse(value, out var type)) return;
        IsMessage = type.IsMimeType("message", "rfc822");
        IsComposite = type.IsMimeType("message", "*") || type.IsMimeType("multipart", "*");
        if (type.IsMimeType("multipart", "*") && type.Boundary?.TrimEnd() is { Length: > 0 } boundary) Boundary = Encoding.Latin1.GetBytes(boundary);
    }

    /// <summary>A field with its line ends.</summary>
    /// <param name="Start">Where it stands.</param>
    /// <param name="Length">Octets.</param>
    /// <param name="IsEncoding">It is Content-Transfer-Encoding.</param>
    /// <param name="IsOfContent">It is one of the fields whose names begin with <c>Content-</c>.</param>
    public readonly record struct Field(int Start, int Length, bool IsEncoding, bool IsOfContent);
}
