using System.Globalization;

namespace BulkRelay.Core.Queue;

/// <summary>
/// A delay as the mail log shows it: two significant digits, at most <c>delay_logging_resolution_limit</c> after the point, no zeros
/// at the end, whole seconds from ten on. <c>0.12</c>, <c>0.01</c>, <c>0</c>, <c>1.2</c>, <c>143</c>.
/// </summary>
internal readonly struct DelayText(TimeSpan delay, int resolution) : IUtf8SpanFormattable
{
    private const long Second = 1_000_000;

    /// <inheritdoc/>
    public bool TryFormat(Span<byte> destination, out int written, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        var micros = Math.Max(0, delay.Ticks / TimeSpan.TicksPerMicrosecond);
        var step = Step(micros);
        micros = (micros + step / 2) / step * step;
        if (!(micros / Second).TryFormat(destination, out written, default, CultureInfo.InvariantCulture)) return false;
        var fraction = micros % Second;
        if (fraction == 0) return true;
        if (written + 8 > destination.Length) return false;
        destination[written++] = (byte)'.';
        for (var unit = Second / 10; fraction > 0; fraction %= unit, unit /= 10) destination[written++] = (byte)('0' + fraction / unit);
        return true;
    }

    /// <summary>The value of the last digit that is shown, in microseconds.</summary>
    private long Step(long micros)
    {
        if (resolution == 0 || micros >= 10 * Second) return Second;
        if (micros >= Second) return Second / 10;
        var finest = Second;
        for (var digits = 0; digits < resolution; digits++) finest /= 10;
        while (micros >= 100 * finest) finest *= 10;
        return finest;
    }
}
