using System.Globalization;

namespace BulkRelay.Smtp;

/// <summary>Dates in header fields: <c>Sat, 21 Nov 2026 11:37:01 +0000</c> (RFC 5322 section 3.3).</summary>
public static class MailDate
{
    /// <summary>The text of a date, in the time zone that it has.</summary>
    public static string Format(DateTimeOffset date)
    {
        var zone = date.Offset.Duration();
        return string.Create(CultureInfo.InvariantCulture,
            $"{date:ddd, d MMM yyyy HH:mm:ss} {(date.Offset < TimeSpan.Zero ? '-' : '+')}{zone.Hours:00}{zone.Minutes:00}");
    }
}
