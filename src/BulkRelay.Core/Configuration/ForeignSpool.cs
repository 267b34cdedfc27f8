using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Configuration;

/// <summary>
/// Recognizes the queue folder of another mail server: its programs would take what is left there for mail of theirs, and its clean-up would
/// remove it.
/// </summary>
internal static class ForeignSpool
{
    /// <summary>How the folders of servers are recognized: all of these folders are in it, or files of such a name.</summary>
    private static readonly (string Server, string[] Folders, string Files)[] Kinds =
    [
        ("Postfix", ["active", "deferred", "incoming"], ""),
        ("Exim", ["input", "msglog"], ""),
        ("OpenSMTPD", ["purge", "queue"], ""),
        ("qmail", ["intd", "mess", "todo"], ""),
        ("Sendmail", [], "qf??????????*"),
    ];

    /// <summary>The error if the folder of the queue is that of another server; null if it is not, or cannot be looked at.</summary>
    public static ConfigFault? Check(ConfigSnapshot snapshot)
    {
        var folder = snapshot.Get(MainParameters.QueueDirectory);
        foreach (var (server, folders, files) in Kinds)
        {
            if (!Holds(folder, folders, files)) continue;
            var setting = snapshot.Space.FindExplicit(MainParameters.QueueDirectory.Name);
            return new ConfigFault(FaultSeverity.Error, setting?.File ?? ConfigLoader.MainFile, setting?.Line ?? 0, MainParameters.QueueDirectory.Name,
                $"the folder holds the queue of {server}, which two servers cannot share: set queue_directory to a folder of its own, such as "
                + MainParameters.QueueDirectory.DefaultText)
            {
                Value = folder,
            };
        }
        return null;
    }

    private static bool Holds(string folder, string[] folders, string files)
    {
        try
        {
            return files.Length == 0
                ? folders.All(name => Directory.Exists(Path.Combine(folder, name)))
                : Directory.Exists(folder) && Directory.EnumerateFiles(folder, files).Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
