using BulkRelay.Core.Configuration;

namespace BulkRelay.Server.Applets.Postconf;

/// <summary>
/// Changes <c>master.cf</c>: whole services (<c>-M -e name/type='entry'</c>, <c>-MX</c>, <c>-M#</c>), columns (<c>-F -e</c>) and
/// <c>-o</c> settings (<c>-P -e</c>, <c>-PX</c>).
/// </summary>
internal static class PostconfMasterEditor
{
    public static void Run(PostconfArguments arguments, string folder)
    {
        if (arguments.Names.Count == 0) throw new PostconfException("-e, -X or -# needs the names of services");
        if (arguments.Names.Any(n => n.Contains('\n', StringComparison.Ordinal))) throw new PostconfException("-e, -X, or -# accepts no multi-line input");
        var changes = arguments.Names.Select(n => ServiceChange.Parse(arguments, n)).ToList();
        var path = Path.Combine(folder, ConfigLoader.MasterFile);
        AtomicFile.Edit(path, text => changes.Aggregate(text, (current, change) => MasterCfEditor.Edit(current, path, change.Matches, change.Apply, change.Missing)));
    }
}
