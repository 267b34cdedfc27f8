namespace BulkRelay.Core.Configuration;

/// <summary>What came of reading a configuration.</summary>
/// <param name="Snapshot">The configuration; null if a fault is an error.</param>
/// <param name="Faults">Everything that is wrong with it, errors and warnings, each once.</param>
public sealed record ConfigLoad(ConfigSnapshot? Snapshot, IReadOnlyList<ConfigFault> Faults);
