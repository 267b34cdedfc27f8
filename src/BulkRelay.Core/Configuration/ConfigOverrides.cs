using System.Collections;

namespace BulkRelay.Core.Configuration;

/// <summary>Settings that do not stand in a file: <c>-o name=value</c> and the environment's <c>BULKRELAY_name=value</c>.</summary>
public sealed class ConfigOverrides
{
    /// <summary>The file name of settings from the environment.</summary>
    public const string EnvironmentSource = "environment";

    /// <summary>The file name of settings from the command line.</summary>
    public const string CommandLineSource = "command line";

    private const string Prefix = "BULKRELAY_";

    /// <summary>No overrides.</summary>
    public static readonly ConfigOverrides None = new([], new Hashtable());

    private readonly List<ConfigFault> _faults = [];
    private readonly Dictionary<string, Setting> _commandLine = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Setting> _environment = new(StringComparer.Ordinal);

    /// <summary>Reads both.</summary>
    /// <param name="commandLine">The values of the <c>-o</c> options, each <c>name=value</c>.</param>
    /// <param name="environment">As <see cref="Environment.GetEnvironmentVariables()"/> gives it.</param>
    public ConfigOverrides(IEnumerable<string> commandLine, IDictionary environment)
    {
        foreach (var text in commandLine)
        {
            if (Setting.TryParse(text, CommandLineSource, 0, out var fault) is { } setting) _commandLine[setting.Name] = setting;
            else _faults.Add(new(FaultSeverity.Error, CommandLineSource, 0, "", $"{fault} in '-o {text}': use -o name=value"));
        }
        foreach (DictionaryEntry variable in environment)
        {
            var (name, value) = ((string)variable.Key, (string?)variable.Value ?? "");
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !IsParameterName(name[Prefix.Length..])) continue;
            name = name[Prefix.Length..];
            _environment[name] = new(name, value.Trim(), EnvironmentSource, 0);
        }
    }

    /// <summary>The layers, the strongest first: command line, environment.</summary>
    internal IReadOnlyDictionary<string, Setting>[] Layers => [_commandLine, _environment];

    /// <summary>Options that are not <c>name=value</c>.</summary>
    internal IReadOnlyList<ConfigFault> Faults => _faults;

    /// <summary>
    /// Parameters are written small; variables for the start of the program (<c>BULKRELAY_ARGV0</c>, and where the configuration is) are
    /// not parameters.
    /// </summary>
    private static bool IsParameterName(string name) => name != "config_directory" && name.AsSpan().IndexOfAnyInRange('a', 'z') >= 0;
}
