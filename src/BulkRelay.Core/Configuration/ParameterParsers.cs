using System.Globalization;

namespace BulkRelay.Core.Configuration;

/// <summary>How values are read, as Postfix reads them.</summary>
internal static class ParameterParsers
{
    public static string Text(string value, out string? fault)
    {
        fault = null;
        return value;
    }

    public static bool Bool(string value, out string? fault)
    {
        var yes = value.Equals("yes", StringComparison.OrdinalIgnoreCase);
        fault = yes || value.Equals("no", StringComparison.OrdinalIgnoreCase) ? null : $"bad boolean value '{value}': use yes or no";
        return yes;
    }

    public static ParameterParser<int> Int(int min, int max) => (string value, out string? fault) =>
        (int)Number(value, min, max, out fault);

    public static ParameterParser<long> Long(long min, long max) => (string value, out string? fault) => Number(value, min, max, out fault);

    public static ParameterParser<T> Choice<T>(IReadOnlyDictionary<string, T> words) where T : notnull => (string value, out string? fault) =>
    {
        foreach (var (word, meaning) in words)
        {
            if (!word.Equals(value, StringComparison.OrdinalIgnoreCase)) continue;
            fault = null;
            return meaning;
        }
        fault = $"unknown value '{value}': use one of {string.Join(", ", words.Keys)}";
        return default;
    };

    public static ParameterParser<TimeSpan> Time(char unit, TimeSpan min, TimeSpan max) => (string value, out string? fault) =>
    {
        var digits = value.AsSpan().TrimEnd("smhdw");
        var suffix = value.Length - digits.Length;
        var seconds = -1L;
        if (suffix <= 1 && int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
            seconds = count * SecondsIn(suffix == 1 ? value[^1] : unit);
        if (seconds is < 0 or > int.MaxValue)
        {
            fault = $"bad time value '{value}': use a number and one of s, m, h, d, w";
            return default;
        }
        var time = TimeSpan.FromSeconds(seconds);
        fault = time < min ? $"'{value}' is shorter than the least allowed, {min.TotalSeconds:0}s"
            : time > max ? $"'{value}' is longer than the most allowed, {TimeText(max)}" : null;
        return time;
    };

    public static IReadOnlyList<string>? List(string value, out string? fault) => ParameterList.TrySplit(value, out fault);

    public static string TimeUnitName(char unit) => unit switch
    {
        's' => "seconds",
        'm' => "minutes",
        'h' => "hours",
        'd' => "days",
        'w' => "weeks",
        _ => throw new ArgumentOutOfRangeException(nameof(unit)),
    };

    public static string TimeText(TimeSpan time) => time == TimeSpan.FromDays(time.Days) ? $"{time.Days}d" : $"{time.TotalSeconds:0}s";

    private static long SecondsIn(char unit) => unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 604800 };

    private static long Number(string value, long min, long max, out string? fault)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            fault = $"bad numerical value '{value}': use a whole number";
        else if (number < min) fault = $"{value} is less than the least allowed, {min}";
        else if (number > max) fault = $"{value} is more than the most allowed, {max}";
        else fault = null;
        return number;
    }
}
