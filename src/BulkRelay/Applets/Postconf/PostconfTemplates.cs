using BulkRelay.Core.Bounces;
using BulkRelay.Core.Configuration;

namespace BulkRelay.Server.Applets.Postconf;

/// <summary>
/// Shows the words of reports (bounce(5)) of <c>bounce_template_file</c> or of a file that is named: as they are sent with <c>-b</c>, as
/// they are written with <c>-t</c>.
/// </summary>
internal static class PostconfTemplates
{
    /// <exception cref="PostconfException">The configuration has errors.</exception>
    public static void Show(PostconfArguments arguments, string folder, TextWriter output, TextWriter error)
    {
        var file = arguments.Names.Select(name => $"bounce_template_file={Path.GetFullPath(name)}");
        var load = ConfigLoader.Load(folder, new ConfigOverrides([.. arguments.Overrides, .. file], Environment.GetEnvironmentVariables()));
        if (load.Snapshot is null) throw new PostconfException(PostconfConfiguration.Describe(load.Faults.First(f => f.Severity == FaultSeverity.Error)));
        var templates = BounceTemplates.Load(load.Snapshot);
        foreach (var fault in templates.Faults) error.WriteLine($"postconf: warning: {PostconfConfiguration.Describe(fault)}");
        output.WriteLine(string.Join('\n', templates.Describe(isExpanded: arguments.Has('b'))).TrimEnd('\n'));
    }
}
