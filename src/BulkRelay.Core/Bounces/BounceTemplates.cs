using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Bounces;

/// <summary>The four templates of a configuration: those of <c>bounce_template_file</c>, and for the others the built-in ones.</summary>
public sealed class BounceTemplates
{
    private readonly Dictionary<string, BounceTemplate> _byName;
    private readonly ConfigSnapshot _snapshot;

    private BounceTemplates(ConfigSnapshot snapshot, Dictionary<string, BounceTemplate> byName, IReadOnlyList<ConfigFault> faults)
    {
        _snapshot = snapshot;
        _byName = byName;
        Faults = faults;
    }

    /// <summary>What is wrong with the file. A template with a fault is left out, the built-in one stands in for it.</summary>
    public IReadOnlyList<ConfigFault> Faults { get; }

    /// <summary>Reads the file, if there is one.</summary>
    public static BounceTemplates Load(ConfigSnapshot snapshot)
    {
        var byName = new Dictionary<string, BounceTemplate>(BuiltInTemplates.ByName, StringComparer.Ordinal);
        var faults = new List<ConfigFault>();
        var file = snapshot.Get(BounceParameters.BounceTemplateFile);
        if (file.Length > 0)
            foreach (var (name, template) in BounceTemplateFile.Read(file, faults)) byName[name] = template;
        var templates = new BounceTemplates(snapshot, byName, faults);
        foreach (var template in byName.Values) templates.Expand(template.Text, faults);
        return templates;
    }

    /// <summary>The templates in the form of the file, with nothing expanded (<c>postconf -t</c>) or with the texts as they are sent (<c>-b</c>).</summary>
    public IEnumerable<string> Describe(bool isExpanded)
    {
        foreach (var (name, template) in _byName)
            yield return isExpanded
                ? $"expanded_{name}_text = <<EOF\n{Expand(template.Text, [])}EOF\n"
                : BounceTemplateFile.Format(name, template);
    }

    internal BounceTemplate For(ReportKind kind) => _byName[kind switch
    {
        ReportKind.Failure => "failure",
        ReportKind.Delay => "delay",
        ReportKind.Success => "success",
        _ => "verify",
    }];

    /// <summary>The text with parameters expanded.</summary>
    internal string Expand(BounceTemplate template) => Expand(template.Text, []);

    private string Expand(string text, List<ConfigFault> faults)
    {
        var expanded = new MacroExpander(name => TemplateTimes.Find(name, _snapshot, faults) ?? _snapshot.FindText(name)).Expand(text, out var fault);
        if (fault is null) return expanded!;
        faults.Add(new ConfigFault(FaultSeverity.Warning, "", 0, BounceParameters.BounceTemplateFile.Name, fault));
        return text;
    }
}
