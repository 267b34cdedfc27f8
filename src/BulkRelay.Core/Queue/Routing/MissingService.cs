using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Queue.Routing;

/// <summary>Why there is no transport of a name.</summary>
internal static class MissingService
{
    /// <summary>The reason in words: <c>master.cf</c> has no such service, or one that delivers nothing here.</summary>
    public static string Describe(string transport, ConfigSnapshot snapshot)
    {
        var service = snapshot.Services.LastOrDefault(s => s.Name == transport && s.Type != ServiceType.Inet);
        return service is null ? $"no service {transport} in master.cf"
            : $"service {transport} in master.cf, line {service.Line}, runs '{service.Command}', which delivers no mail here";
    }
}
