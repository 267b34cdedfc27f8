using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>The file in which Cyrus SASL is set up for a program (<c>smtpd.conf</c>): a name, a colon and a value in each line.</summary>
internal sealed class CyrusConfig
{
    private static readonly char[] Blanks = [' ', '\t', ','];

    private readonly Dictionary<string, (string Value, int Line)> _values = new(StringComparer.OrdinalIgnoreCase);

    private CyrusConfig(string file) => File = file;

    /// <summary>The file; empty if there is none.</summary>
    public string File { get; }

    /// <summary>Finds and reads the file of <c>smtpd_sasl_path</c> in the folders of <c>cyrus_sasl_config_path</c>, or where Cyrus SASL looks.</summary>
    public static CyrusConfig Find(ConfigSnapshot snapshot, List<ConfigFault> faults)
    {
        var path = snapshot.Get(SaslServerParameters.CyrusConfigPath);
        var folders = path.Length > 0 ? path.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(snapshot.PathOf)
            : [Path.Combine(snapshot.ConfigDirectory, "sasl"), "/etc/sasl2", "/usr/lib/sasl2"];
        var name = snapshot.Get(SaslServerParameters.Path) + ".conf";
        var file = folders.Select(f => Path.Combine(f, name)).FirstOrDefault(System.IO.File.Exists) ?? "";
        var config = new CyrusConfig(file);
        if (file.Length > 0) config.Read(faults);
        return config;
    }

    /// <summary>A value; null if it is not set.</summary>
    public string? Find(string name) => _values.GetValueOrDefault(name).Value;

    /// <summary>The line in which a value is set; 0 if it is not.</summary>
    public int LineOf(string name) => _values.GetValueOrDefault(name).Line;

    /// <summary>The words of a value; null if it is not set.</summary>
    public IReadOnlyList<string>? Words(string name) => Find(name)?.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);

    private void Read(List<ConfigFault> faults)
    {
        try
        {
            var number = 0;
            foreach (var line in System.IO.File.ReadLines(File).Select(l => l.Trim()))
            {
                number++;
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                if (line.Length > 0 && line[0] != '#' && colon > 0) _values[line[..colon].Trim()] = (line[(colon + 1)..].Trim(), number);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(new ConfigFault(FaultSeverity.Error, File, 0, SaslServerParameters.Path.Name, $"cannot be read: {e.Message}"));
        }
    }
}
