using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>
/// The date of trace headers, in local time: <c>Sat, 21 Nov 2026 12:11:32 +0000 (UTC)</c>. The text of the last second is kept,
/// for the many messages that share it. Thread-safe.
/// </summary>
internal sealed class ArrivalDate(TimeProvider time)
{
    private Text _last = new(long.MinValue, []);

    /// <summary>The date; valid for ever, not to be changed.</summary>
    public ReadOnlySpan<byte> Format(DateTimeOffset moment)
    {
        var second = moment.UtcTicks / TimeSpan.TicksPerSecond;
        var last = Volatile.Read(ref _last);
        if (last.Second == second) return last.Octets;
        var local = TimeZoneInfo.ConvertTime(moment, time.LocalTimeZone);
        last = new Text(second, Encoding.ASCII.GetBytes($"{MailDate.Format(local)}{(local.Offset == TimeSpan.Zero ? " (UTC)" : "")}"));
        Volatile.Write(ref _last, last);
        return last.Octets;
    }

    private sealed record Text(long Second, byte[] Octets);
}
