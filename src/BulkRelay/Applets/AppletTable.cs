using BulkRelay.Server.Applets.Postconf;

namespace BulkRelay.Server.Applets;

/// <summary>All commands: one row each, in the order of the help page.</summary>
internal static class AppletTable
{
    public static readonly IReadOnlyList<Applet> All =
    [
        new("postconf", "show or edit main.cf and master.cf, as Postfix's postconf does", PostconfApplet.RunAsync),
        new("sink", "an SMTP destination that accepts, defers, rejects, delays or drops, and counts", SinkApplet.RunAsync),
    ];

    /// <summary>The command of that name, or null.</summary>
    public static Applet? Find(string name) => All.FirstOrDefault(a => a.Name == name);
}
