namespace BulkRelay.Core.Configuration;

/// <summary>
/// The configuration of a running relay: which one holds now, and how to read it anew. Readers take <see cref="Current"/> once at the
/// start of a piece of work and keep it to its end.
/// </summary>
public sealed class LiveConfiguration
{
    private readonly string _folder;
    private readonly ConfigOverrides _overrides;
    private readonly Lock _reloading = new();
    private volatile ConfigSnapshot _current;

    private LiveConfiguration(string folder, ConfigOverrides overrides, ConfigLoad load)
    {
        _folder = folder;
        _overrides = overrides;
        _current = load.Draft;
        FirstFaults = load.Faults;
    }

    /// <summary>What was found when the folder was read for the first time; none of it is an error.</summary>
    public IReadOnlyList<ConfigFault> FirstFaults { get; }

    /// <summary>The configuration that holds now.</summary>
    public ConfigSnapshot Current => _current;

    /// <summary>Reads a folder for the first time. Null if it has errors; <paramref name="faults"/> gets all faults in any case.</summary>
    public static LiveConfiguration? Open(string folder, ConfigOverrides overrides, out IReadOnlyList<ConfigFault> faults)
    {
        var load = ConfigLoader.Load(folder, overrides);
        faults = load.Faults;
        return load.Snapshot is not null ? new LiveConfiguration(folder, overrides, load) : null;
    }

    /// <summary>
    /// Reads the folder again and swaps the new configuration in whole. If it has an error, the old one stays, all of it.
    /// Returns the faults: the swap took place if none of them is an error.
    /// </summary>
    /// <param name="check">
    /// Tries the new configuration out (opens its tables) before it is swapped in, and returns what is wrong with it. It is asked also where
    /// the files have errors, so that all is told at once.
    /// </param>
    public IReadOnlyList<ConfigFault> Reload(Func<ConfigSnapshot, IReadOnlyList<ConfigFault>> check)
    {
        lock (_reloading)
        {
            var load = ConfigLoader.Load(_folder, _overrides);
            var faults = ConfigFault.Sort(load.Faults.Concat(check(load.Draft)));
            if (faults.All(f => f.Severity != FaultSeverity.Error)) _current = load.Draft;
            return faults;
        }
    }
}
