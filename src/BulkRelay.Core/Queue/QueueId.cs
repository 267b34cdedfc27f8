using System.Globalization;

namespace BulkRelay.Core.Queue;

/// <summary>
/// Queue ids as in Postfix. Short: five hexadecimal digits of microseconds and the message id in hexadecimal. Long
/// (<c>enable_long_queue_ids</c>): seconds in base 52 (six digits or more), microseconds in base 52 (four digits), <c>z</c>, the message
/// id in base 51. The message id can be read back from either form, so the store needs no index on the name.
/// </summary>
public static class QueueId
{
    /// <summary>Postfix's digits for "safe" numbers: no vowels, so that an id never spells a word. Base 51 uses all but the last, <c>z</c>.</summary>
    private const string Digits = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";

    /// <summary>The id of a message.</summary>
    public static string Format(DateTimeOffset arrived, long messageId, bool longForm)
    {
        // A clock that shows a time before 1970 is wrong; what makes the id unique is the message id.
        var microseconds = Math.Max(0, (arrived - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        var (seconds, fraction) = Math.DivRem(microseconds, 1_000_000);
        return longForm
            ? $"{Encode(seconds, 52, 6)}{Encode(fraction, 52, 4)}z{Encode(messageId, 51, 1)}"
            : string.Create(CultureInfo.InvariantCulture, $"{fraction:X5}{messageId:X}");
    }

    /// <summary>Reads the message id from either form. False if the text is no queue id; no promise that such a message exists.</summary>
    public static bool TryGetMessageId(ReadOnlySpan<char> queueId, out long messageId)
    {
        messageId = 0;
        if (queueId.Length > 40) return false;
        var z = queueId.LastIndexOf('z');
        if (z >= 10) return TryDecode(queueId[(z + 1)..], 51, out messageId) && TryDecode(queueId[..z], 52, out _);
        return queueId.Length > 5
            && int.TryParse(queueId[..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)
            && long.TryParse(queueId[5..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out messageId)
            && messageId > 0;
    }

    private static string Encode(long value, int radix, int width)
    {
        Span<char> buffer = stackalloc char[16];
        var at = buffer.Length;
        for (; value > 0 || width > 0; value /= radix, width--) buffer[--at] = Digits[(int)(value % radix)];
        return new string(buffer[at..]);
    }

    private static bool TryDecode(ReadOnlySpan<char> text, int radix, out long value)
    {
        value = 0;
        foreach (var c in text)
        {
            var digit = Digits.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0 || digit >= radix || value > (long.MaxValue - digit) / radix) return false;
            value = value * radix + digit;
        }
        return text.Length > 0 && text.Length <= 20;
    }
}
