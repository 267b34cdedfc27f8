namespace BulkRelay.Core.Configuration;

/// <summary>What came of reading a configuration.</summary>
/// <param name="Draft">The configuration with defaults in place of what is wrong: good for finding further faults.</param>
/// <param name="Faults">Everything that is wrong with it, errors and warnings, each once.</param>
public sealed record ConfigLoad(ConfigSnapshot Draft, IReadOnlyList<ConfigFault> Faults)
{
    /// <summary>The configuration; null if a fault is an error.</summary>
    public ConfigSnapshot? Snapshot => Faults.All(f => f.Severity != FaultSeverity.Error) ? Draft : null;
}
