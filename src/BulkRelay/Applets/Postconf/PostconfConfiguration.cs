using BulkRelay.Core.Configuration;

namespace BulkRelay.Server.Applets.Postconf;

/// <summary>A configuration as <c>postconf</c> looks at it: texts, with the warnings of Postfix's command.</summary>
internal sealed class PostconfConfiguration
{
    private readonly bool _defaults;

    private PostconfConfiguration(ConfigText text, bool defaults)
    {
        Text = text;
        _defaults = defaults;
    }

    /// <summary>The files.</summary>
    public ConfigText Text { get; }

    /// <summary>Where values come from: only from defaults with <c>-d</c>.</summary>
    public ParameterSpace Space => _defaults ? Text.Defaults : Text.Space;

    /// <summary>Reads the folder; warnings about the files go to <paramref name="error"/>.</summary>
    /// <exception cref="PostconfException">A file cannot be read or understood.</exception>
    public static PostconfConfiguration Read(PostconfArguments arguments, string folder, TextWriter error)
    {
        var defaults = arguments.Has('d');
        var overrides = new ConfigOverrides(arguments.Overrides, Environment.GetEnvironmentVariables());
        var text = ConfigLoader.ReadText(folder, overrides);
        var shownFile = arguments.Has('M') || arguments.Has('F') || arguments.Has('P') ? ConfigLoader.MasterFile : ConfigLoader.MainFile;
        foreach (var fault in text.Faults)
        {
            // Defaults can be shown without any file; and a bad master.cf does not hide main.cf.
            var bearable = defaults || (fault.File != ConfigOverrides.CommandLineSource && Path.GetFileName(fault.File) != shownFile);
            if (fault.Severity == FaultSeverity.Error && !bearable) throw new PostconfException(Describe(fault));
            if (!defaults) error.WriteLine($"postconf: warning: {Describe(fault)}");
        }
        if (!defaults) CheckMacros(text, error);
        return new PostconfConfiguration(text, defaults);
    }

    /// <summary>As with Postfix, a parameter that cannot be expanded ends the command, and a name that nothing uses is a warning.</summary>
    /// <exception cref="PostconfException">A parameter cannot be expanded.</exception>
    private static void CheckMacros(ConfigText text, TextWriter error)
    {
        foreach (var fault in MacroFaults(text))
        {
            if (fault.Severity == FaultSeverity.Error) throw new PostconfException(Describe(fault));
            error.WriteLine($"postconf: warning: {Describe(fault)}");
        }
    }

    /// <summary>The settings that cannot be expanded: an error if something reads them.</summary>
    public static IEnumerable<ConfigFault> MacroFaults(ConfigText text)
    {
        foreach (var setting in text.Space.Explicit)
        {
            if (text.Space.Expand(setting, out var fault) is not null) continue;
            var severity = UnusedParameters.IsKnown(setting.Name, text.Space) ? FaultSeverity.Error : FaultSeverity.Warning;
            yield return new ConfigFault(severity, setting.File, setting.Line, setting.Name, fault!);
        }
    }

    /// <summary>The value of a setting: as written, or expanded with <c>-x</c>.</summary>
    /// <exception cref="PostconfException">It cannot be expanded.</exception>
    public static string Value(PostconfArguments arguments, ParameterSpace space, Setting setting)
    {
        if (!arguments.Has('x')) return setting.Value;
        return space.Expand(setting, out var fault)
            ?? throw new PostconfException(Describe(new(FaultSeverity.Error, setting.File, setting.Line, setting.Name, fault!)));
    }

    /// <summary>Warns of settings that nothing uses and of names that nothing sets, as Postfix's command does after its output.</summary>
    public void WarnOfUnused(TextWriter error)
    {
        if (_defaults) return;
        foreach (var setting in UnusedParameters.Find(Text.Space, Text.Services))
            error.WriteLine($"postconf: warning: {setting.File}: unused parameter: {setting.Name}={setting.Value}");
        foreach (var (name, setting) in UnusedParameters.Undefined(Text.Space, Text.Services).DistinctBy(u => u.Name))
            error.WriteLine($"postconf: warning: {setting.File}: undefined parameter: {name}");
    }

    /// <summary>A fault in the form of Postfix's command.</summary>
    public static string Describe(ConfigFault fault) =>
        (fault.Line > 0 ? $"{fault.File}, line {fault.Line}: " : fault.File.Length > 0 ? $"{fault.File}: " : "")
        + (fault.Parameter.Length > 0 ? $"{fault.Parameter}: " : "") + fault.Message;
}
