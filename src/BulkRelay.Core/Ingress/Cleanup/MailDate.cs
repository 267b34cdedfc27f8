using System.Globalization;
using System.Text;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>
/// A time as RFC 5322 section 3.3 writes it: <c>Sat, 21 Nov 2026 12:11:32 +0000 (UTC)</c>. The text of the last second is kept, for the many
/// messages that share it.
/// </summary>
internal sealed class MailDate(TimeProvider time)
{
    private Text _last = new(long.MinValue, []);

    /// <summary>The date in local time.</summary>
    public ReadOnlySpan<byte> Format(DateTimeOffset moment)
    {
        var second = moment.UtcTicks / TimeSpan.TicksPerSecond;
        var last = Volatile.Read(ref _last);
        if (last.Second == second) return last.Octets;
        last = new Text(second, Encoding.ASCII.GetBytes(Write(TimeZoneInfo.ConvertTime(moment, time.LocalTimeZone))));
        Volatile.Write(ref _last, last);
        return last.Octets;
    }

    private static string Write(DateTimeOffset local)
    {
        var offset = local.Offset;
        var sign = offset < TimeSpan.Zero ? '-' : '+';
        var zone = offset == TimeSpan.Zero ? " (UTC)" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{local:ddd, d MMM yyyy HH:mm:ss} {sign}{offset:hhmm}{zone}");
    }

    private sealed record Text(long Second, byte[] Octets);
}
