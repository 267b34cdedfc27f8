namespace BulkRelay.Core.Configuration;

/// <summary>The services of one <c>master.cf</c>, as master(5) describes it.</summary>
public sealed class MasterCf
{
    /// <summary>A file without services.</summary>
    public static readonly MasterCf Empty = new([]);

    private MasterCf(IReadOnlyList<ServiceEntry> services) => Services = services;

    /// <summary>All services in the order of the file; of two with the same name and type only the last.</summary>
    public IReadOnlyList<ServiceEntry> Services { get; }

    /// <summary>Reads the text of a <c>master.cf</c>; <paramref name="file"/> is its name in faults.</summary>
    public static MasterCf Parse(string text, string file, ICollection<ConfigFault> faults)
    {
        var services = new List<ServiceEntry>();
        foreach (var line in LogicalLine.Split(text, file, faults))
        {
            if (ServiceLine.Parse(line, file, faults) is not { } service) continue;
            if (services.Find(s => s.Key == service.Key) is { } earlier)
            {
                faults.Add(new(FaultSeverity.Warning, file, line.Line, service.Key,
                    $"overriding the earlier entry in line {earlier.Line}: remove one of the two"));
                services.Remove(earlier);
            }
            services.Add(service);
        }
        return new MasterCf(services);
    }
}
