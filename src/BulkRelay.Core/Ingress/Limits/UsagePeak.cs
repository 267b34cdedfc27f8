using System.Globalization;

namespace BulkRelay.Core.Ingress.Limits;

/// <summary>The highest value of something since the last report, and who brought it about.</summary>
internal sealed class UsagePeak(string name)
{
    private string _who = "";
    private string _unit = "";
    private DateTimeOffset _when;

    /// <summary>0 if there was nothing.</summary>
    public int Value { get; private set; }

    /// <summary>Takes a value if it is higher than what was.</summary>
    /// <param name="value">The value.</param>
    /// <param name="who">Whose it is; null where it is nobody's.</param>
    /// <param name="time">The clock.</param>
    /// <param name="unit">The time over which a rate is counted; none for what is not one.</param>
    public void Note(int value, ClientUsage? who, TimeProvider time, TimeSpan? unit = null)
    {
        if (value <= Value) return;
        Value = value;
        _who = who is null ? "" : $" for ({who})";
        _unit = unit is { } span ? string.Create(CultureInfo.InvariantCulture, $"/{(long)span.TotalSeconds}s") : "";
        _when = time.GetLocalNow();
    }

    /// <summary>anvil's line for it, and begins anew; null if there was nothing.</summary>
    public string? Take()
    {
        if (Value == 0) return null;
        var text = string.Create(CultureInfo.InvariantCulture, $"statistics: max {name} {Value}{_unit}{_who} at {_when:MMM} {_when.Day,2} {_when:HH:mm:ss}");
        Value = 0;
        return text;
    }
}
