namespace BulkRelay.Core.Configuration;

/// <summary>
/// The services that <c>master_service_disable</c> switches off: by type (<c>inet</c>), or by name and type (<c>smtp/inet</c>, in the older
/// form <c>smtp.inet</c>).
/// </summary>
public static class DisabledServices
{
    /// <summary>True if the list names the service.</summary>
    public static bool Covers(IReadOnlyList<string> list, string name, string type) =>
        list.Any(entry => entry == type || entry == $"{name}/{type}" || entry == $"{name}.{type}");
}
