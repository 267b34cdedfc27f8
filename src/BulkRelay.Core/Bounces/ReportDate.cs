using BulkRelay.Smtp;

namespace BulkRelay.Core.Bounces;

/// <summary>Dates in reports, as Postfix writes them.</summary>
internal static class ReportDate
{
    /// <summary>The date in the zone that it has, which is named where it is UTC.</summary>
    public static string Format(DateTimeOffset date) => MailDate.Format(date) + (date.Offset == TimeSpan.Zero ? " (UTC)" : "");
}
