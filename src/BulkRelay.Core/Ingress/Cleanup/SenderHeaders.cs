using System.Text;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>Finds the addresses in those headers of a message that say from whom it is (Postfix: header sender addresses).</summary>
internal static class SenderHeaders
{
    /// <summary>More are not looked at: nobody is so many senders.</summary>
    public const int MaxAddresses = 1000;

    private static readonly string[] Names =
    [
        "From", "Sender", "Reply-To", "Errors-To", "Return-Receipt-To", "Resent-From", "Resent-Sender", "Resent-Reply-To",
    ];

    /// <summary>Each address with its place in the head, in order.</summary>
    /// <param name="head">Headers, their lines ended by CRLF.</param>
    public static IReadOnlyList<(int At, string Address)> Find(ReadOnlySpan<byte> head)
    {
        var found = new List<(int, string)>();
        for (var start = 0; start < head.Length;)
        {
            var end = EndOfField(head, start);
            var field = head[start..end];
            var colon = field.IndexOf((byte)':');
            if (colon > 0 && IsOfSender(field[..colon].TrimEnd(" \t"u8)))
            {
                var addresses = new AddressFinder(field[(colon + 1)..]);
                while (found.Count < MaxAddresses && addresses.TryNext(out var place))
                    found.Add((start + colon + 1 + place.Start.Value, Encoding.UTF8.GetString(field[(colon + 1)..][place])));
            }
            start = end;
        }
        return found;
    }

    private static bool IsOfSender(ReadOnlySpan<byte> name)
    {
        foreach (var known in Names)
            if (Ascii.EqualsIgnoreCase(name, known)) return true;
        return false;
    }

    private static int EndOfField(ReadOnlySpan<byte> head, int start)
    {
        for (var at = start; ;)
        {
            var found = head[at..].IndexOf((byte)'\n');
            if (found < 0) return head.Length;
            at += found + 1;
            if (at == head.Length || head[at] is not ((byte)' ' or (byte)'\t')) return at;
        }
    }
}
