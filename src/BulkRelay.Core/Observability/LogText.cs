using System.Buffers;
using System.Text;

namespace BulkRelay.Core.Observability;

/// <summary>Makes text from anywhere safe to print: in place, one octet for one octet.</summary>
public static class LogText
{
    private static readonly SearchValues<byte> Suspect =
        SearchValues.Create([.. Enumerable.Range(0, 256).Where(b => b is < 0x20 or >= 0x7F).Select(b => (byte)b)]);

    /// <summary>
    /// Replaces by <c>?</c>: control characters (C0, DEL, C1), line and paragraph separators, marks that change the direction of
    /// writing, and octets that are not UTF-8.
    /// </summary>
    public static ReadOnlySpan<byte> MakePrintable(Span<byte> octets)
    {
        for (var at = 0; ;)
        {
            var next = octets[at..].IndexOfAny(Suspect);
            if (next < 0) return octets;
            at += next;
            var status = Rune.DecodeFromUtf8(octets[at..], out var rune, out var length);
            if (status != OperationStatus.Done || !IsPrintable(rune)) octets.Slice(at, length).Fill((byte)'?');
            at += length;
        }
    }

    private static bool IsPrintable(Rune rune) => rune.Value switch
    {
        < 0x20 or (>= 0x7F and < 0xA0) => false,
        0x2028 or 0x2029 or 0xFEFF => false,
        >= 0x200B and <= 0x200F => false,
        >= 0x202A and <= 0x202E => false,
        >= 0x2066 and <= 0x2069 => false,
        _ => true,
    };
}
