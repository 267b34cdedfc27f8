namespace BulkRelay.Core.Configuration;

/// <summary>The parameters that exist because a service exists: <c>slow_destination_rate_delay</c> for a transport <c>slow</c>.</summary>
internal static class ServiceParameters
{
    private const string TimeLimitSuffix = "_time_limit";

    private static readonly HashSet<string> DeliveryCommands =
        new(StringComparer.Ordinal) { "smtp", "lmtp", "error", "retry", "discard", "pipe", "local", "virtual" };

    /// <summary>True for services that deliver mail, which have a name that transports are chosen by.</summary>
    public static bool IsTransport(ServiceEntry service) => service.Type == ServiceType.Unix && DeliveryCommands.Contains(service.Command);

    /// <summary>The names that the services define, each with its default: <c>$default_destination_rate_delay</c>.</summary>
    public static Dictionary<string, string> DefinedBy(IEnumerable<ServiceEntry> services)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            if (IsTransport(service))
                foreach (var parameter in ParameterCatalog.PerTransport) names.TryAdd(service.Name + parameter.Suffix, $"${parameter.Default.Name}");
            if (service.Command is "pipe" or "spawn") names.TryAdd(service.Name + TimeLimitSuffix, "$command_time_limit");
        }
        return names;
    }
}
