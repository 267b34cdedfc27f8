namespace BulkRelay.Core.Configuration;

/// <summary>Reads a configuration folder.</summary>
public static class ConfigLoader
{
    /// <summary>The file of parameters.</summary>
    public const string MainFile = "main.cf";

    /// <summary>The file of services.</summary>
    public const string MasterFile = "master.cf";

    private const int MaxFileBytes = 16 << 20;

    /// <summary>Reads <c>main.cf</c> and <c>master.cf</c> of a folder. All faults are reported together; nothing is thrown for a bad file.</summary>
    public static ConfigLoad Load(string folder, ConfigOverrides overrides) => Build(ReadText(folder, overrides));

    /// <summary>The same from texts, which in faults are called <c>main.cf</c> and <c>master.cf</c>.</summary>
    public static ConfigLoad Parse(string mainCf, string masterCf, string folder, ConfigOverrides overrides)
    {
        var faults = new List<ConfigFault>(overrides.Faults);
        var main = MainCf.Parse(mainCf, MainFile, faults);
        return Build(new ConfigText(Path.GetFullPath(folder), main, MasterCf.Parse(masterCf, MasterFile, faults), overrides, faults));
    }

    /// <summary>Reads the files and stops before the values: for tools that show or check a configuration that may have errors.</summary>
    public static ConfigText ReadText(string folder, ConfigOverrides overrides)
    {
        var faults = new List<ConfigFault>(overrides.Faults);
        var main = MainCf.Parse(ReadFile(folder, MainFile, faults), Path.Combine(folder, MainFile), faults);
        var master = MasterCf.Parse(ReadFile(folder, MasterFile, faults), Path.Combine(folder, MasterFile), faults);
        return new ConfigText(Path.GetFullPath(folder), main, master, overrides, faults);
    }

    /// <summary>The text of a file of the folder; empty with a fault added if it cannot be read.</summary>
    private static string ReadFile(string folder, string name, List<ConfigFault> faults)
    {
        var path = Path.Combine(folder, name);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length <= MaxFileBytes) return new StreamReader(file).ReadToEnd();
            faults.Add(new(FaultSeverity.Error, path, 0, "", $"the file is larger than {MaxFileBytes >> 20} MB: it is not a configuration"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(new(FaultSeverity.Error, path, 0, "", $"cannot be read: {e.Message} Give the folder with -c, and let this user read the file."));
        }
        return "";
    }

    private static ConfigLoad Build(ConfigText text)
    {
        var faults = new HashSet<ConfigFault>(text.Faults);
        foreach (var unused in UnusedParameters.Find(text.Space, text.Services))
        {
            faults.Add(new(FaultSeverity.Warning, unused.File, unused.Line, unused.Name,
                $"unused parameter: {unused.Name}={unused.Value}: check the spelling, or remove it"));
        }
        foreach (var (name, setting) in UnusedParameters.Undefined(text.Space, text.Services))
        {
            faults.Add(new(FaultSeverity.Warning, setting.File, setting.Line, setting.Name,
                $"undefined parameter: {name}: ${name} is empty; check the spelling, or set it"));
        }
        foreach (var service in text.Services.Where(s => s.Type == ServiceType.Inet))
        {
            if (InetEndpoint.TryParse(service.Name, out var fault) is null)
                faults.Add(new(FaultSeverity.Error, service.File, service.Line, service.Key, fault!));
        }
        var snapshot = SnapshotBuilder.Build(text.Space, text.Services, faults);
        if (ForeignSpool.Check(snapshot) is { } foreign) faults.Add(foreign);
        return new ConfigLoad(snapshot, ConfigFault.Sort(faults));
    }
}
