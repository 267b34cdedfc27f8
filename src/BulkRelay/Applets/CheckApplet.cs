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
        command.SetAction(parsed => Check(Path.GetFullPath(parsed.GetValue(Folder) ?? ConfigFolder.Default), parsed.GetValue(Overrides)!, output));
        return CommandLine.InvokeAsync(command, args, output, error);
    }

    private static int Check(string folder, string[] options, TextWriter output)
    {
        var overrides = new ConfigOverrides(options, Environment.GetEnvironmentVariables());
        var faults = ConfigFolder.FindFaults(folder, overrides);
        foreach (var fault in faults) output.WriteLine(fault);

        var text = ConfigLoader.ReadText(folder, overrides);
        var settings = text.Space.Explicit.Concat(text.Services.SelectMany(s => s.Overrides)).ToList();
        var idle = settings.Where(s => WithoutEffect.Find(s.Name) is not null).ToList();
        Section(output, "Settings without effect here", idle.Select(s => $"{Place(s.File, s.Line)}: {s.Name}: {WithoutEffect.Find(s.Name)}"));
        Section(output, "Services without effect here", text.Services.Where(s => !IsUsed(s))
            .Select(s => $"{Place(s.File, s.Line)}: {s.Key}: {s.Command} is no program of BulkRelay, or its work is part of the relay itself"));
        var unused = UnusedParameters.Find(text.Space, text.Services).ToHashSet();
        Section(output, "Settings in use", settings.Where(s => !idle.Contains(s) && !unused.Contains(s)).Select(s => $"{Place(s.File, s.Line)}: {s.Name} = {s.Value}"));
        Section(output, "Services in use", text.Services.Where(IsUsed).Select(s => $"{Place(s.File, s.Line)}: {s.Key}: {s.Command}"));

        var errors = faults.Count(f => f.Severity == FaultSeverity.Error);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n{errors} errors, {faults.Count - errors} warnings: {(errors == 0 ? "the relay starts with this configuration" : "the relay does not start with this configuration")}"));
        return errors == 0 ? 0 : 1;
    }

    private static bool IsUsed(ServiceEntry service) =>
        service.Type == ServiceType.Inet ? service.Command == "smtpd" : Transports.ByCommand.ContainsKey(service.Command);

    private static void Section(TextWriter output, string title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0) return;
        output.WriteLine($"\n{title}:");
        foreach (var line in all) output.WriteLine($"  {line}");
    }

    private static string Place(string file, int line) =>
        line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)}:{line}") : file;
}
