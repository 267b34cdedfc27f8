using System.CommandLine;
using System.Globalization;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Egress;

namespace BulkRelay.Server.Applets;

/// <summary><c>bulkrelay check</c>: everything that is wrong with a configuration, and what of it is used.</summary>
internal static class CheckApplet
{
    private static readonly Option<string?> Folder = new("-c") { Description = "folder of main.cf and master.cf", HelpName = "DIR" };
    private static readonly Option<string[]> Overrides = new("-o") { Description = "a parameter that overrides main.cf; may be repeated", HelpName = "NAME=VALUE", DefaultValueFactory = _ => [] };

    /// <summary>Exit status 0, or 1 if the relay would not start with the configuration.</summary>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var command = new Command("check", "Lists what is wrong with a configuration, what of it is used and what has no effect. Exit status 1 if the relay would not start with it.")
        {
            Folder, Overrides,
        };
        command.SetAction(parsed => Check(ConfigFolder.Of(parsed.GetValue(Folder)), parsed.GetValue(Overrides)!, output));
        return CommandLine.InvokeAsync(command, args, output, error);
    }

    private static int Check(string folder, string[] options, TextWriter output)
    {
        var overrides = new ConfigOverrides(options, Environment.GetEnvironmentVariables());
        var faults = ConfigFolder.FindFaults(folder, overrides);
        foreach (var fault in faults) output.WriteLine(fault);

        var text = ConfigLoader.ReadText(folder, overrides);
        var unused = UnusedParameters.Find(text.Space, text.Services).ToHashSet();
        var settings = text.Space.Explicit.Concat(text.Services.SelectMany(s => s.Overrides)).Where(s => !unused.Contains(s)).ToLookup(s => UnsupportedParameters.Find(s.Name));
        var services = text.Services.ToLookup(IsUsed);
        CheckSection.Write(output, "Settings in use", settings[null].Select(s => s.Name));
        CheckSection.Write(output, "Services in use", services[true].Select(s => $"{s.Key} ({s.Command})"));
        CheckSection.Write(output, "Services without effect, as their work is part of the relay", services[false].Where(s => !IsTold(s, faults)).Select(s => s.Key));
        CheckSection.Write(output, "Settings without effect, and none is missed", Harmless(settings, faults));

        var (errors, warnings) = (faults.Count(f => f.Severity == FaultSeverity.Error), faults.Count(f => f.Severity == FaultSeverity.Warning));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n{errors} errors, {warnings} warnings: {(errors == 0 ? "the relay starts with this configuration" : "the relay does not start with this configuration")}"));
        return errors == 0 ? 0 : 1;
    }

    /// <summary>The settings of which no fault tells, by what happens instead.</summary>
    private static IEnumerable<(string Reason, IEnumerable<string> Names)> Harmless(
        ILookup<UnsupportedParameter?, Setting> settings, IReadOnlyList<ConfigFault> faults)
    {
        var told = faults.Select(f => (f.File, f.Line, f.Parameter)).ToHashSet();
        return settings.Where(g => g.Key is not null).SelectMany(g => g, (g, setting) => (Parameter: g.Key!, Setting: setting))
            .Where(s => !told.Contains((s.Setting.File, s.Setting.Line, s.Setting.Name)))
            .GroupBy(s => s.Parameter.Class == UnsupportedClass.Harmless ? s.Parameter.Instead : "set to what is done anyway", s => s.Setting.Name)
            .Select(g => (g.Key, g.AsEnumerable()));
    }

    /// <summary>True for a service that runs a program of which a fault says that it is not here.</summary>
    private static bool IsTold(ServiceEntry service, IReadOnlyList<ConfigFault> faults) =>
        faults.Any(f => f.File == service.File && f.Message.StartsWith($"'{service.Command}' ", StringComparison.Ordinal));

    private static bool IsUsed(ServiceEntry service) =>
        service.Type == ServiceType.Inet ? service.Command == "smtpd" : Transports.ByCommand.ContainsKey(service.Command);
}
