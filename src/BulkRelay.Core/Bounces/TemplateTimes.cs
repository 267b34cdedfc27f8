using System.Globalization;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Bounces;

/// <summary>The parameters of templates that stand for a time in a unit: <c>delay_warning_time_hours</c> (bounce(5)).</summary>
internal static class TemplateTimes
{
    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("_seconds", TimeSpan.FromSeconds(1)), ("_minutes", TimeSpan.FromMinutes(1)), ("_hours", TimeSpan.FromHours(1)),
        ("_days", TimeSpan.FromDays(1)), ("_weeks", TimeSpan.FromDays(7)),
    ];

    /// <summary>The number of whole units; null if the name is not of this kind. A time that is less than one unit is a fault.</summary>
    public static string? Find(string name, ConfigSnapshot snapshot, List<ConfigFault> faults)
    {
        foreach (var (suffix, unit) in Units)
        {
            foreach (var parameter in new[] { QueueParameters.DelayWarningTime, QueueParameters.MaximalQueueLifetime })
            {
                if (name != parameter.Name + suffix) continue;
                var time = snapshot.Get(parameter);
                if (time > TimeSpan.Zero && time < unit)
                    faults.Add(new ConfigFault(FaultSeverity.Warning, "", 0, parameter.Name,
                        $"${name} in a template of reports is zero: use a smaller unit there"));
                return ((long)(time / unit)).ToString(CultureInfo.InvariantCulture);
            }
        }
        return null;
    }
}
