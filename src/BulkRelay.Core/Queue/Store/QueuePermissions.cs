using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Queue.Store;

/// <summary>
/// Looks at the modes of what is there of the queue (Postfix: <c>postfix check</c>). What the relay makes is shut to others; what an
/// operator or an installer made may be open, and then anybody on the machine can read mail, or send what he likes. Warnings.
/// </summary>
internal static class QueuePermissions
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The files of a SQLite database (https://www.sqlite.org/tempfiles.html).</summary>
    private static readonly string[] DatabaseFiles = ["", "-wal", "-shm"];

    /// <summary>What is open to others. Nothing about what is not there, or cannot be looked at.</summary>
    public static IEnumerable<ConfigFault> Check(ConfigSnapshot config)
    {
        var queue = config.Get(MainParameters.QueueDirectory);
        var folders = new[] { queue, Path.Combine(queue, "public"), QueueStores.FolderOf(config) };
        foreach (var folder in folders.OfType<string>().Distinct().Where(f => IsOpen(f, OthersWrite)))
        {
            yield return Fault(MainParameters.QueueDirectory,
                $"{folder} can be written to by others, who can put files of their own in place of the relay's", $"chmod go-w {folder}");
        }
        var maildrop = Path.Combine(queue, "maildrop");
        if (IsOpen(maildrop, OthersRead) || (IsOpen(maildrop, OthersWrite) && !IsOpen(maildrop, UnixFileMode.StickyBit)))
        {
            yield return Fault(MainParameters.QueueDirectory,
                $"{maildrop}: users can list the files of others, or remove them", $"chmod 1733 {maildrop}");
        }
        if (QueueStores.FileOf(config) is not { } database) yield break;
        foreach (var file in DatabaseFiles.Select(ending => database + ending).Where(f => IsOpen(f, OthersRead | OthersWrite)))
            yield return Fault(StoreParameters.QueueStore, $"{file} holds all mail and can be opened by others", $"chmod go-rwx {file}");
    }

    private static bool IsOpen(string path, UnixFileMode modes)
    {
        try
        {
            return Path.Exists(path) && (File.GetUnixFileMode(path) & modes) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static ConfigFault Fault(Parameter parameter, string what, string remedy) =>
        new(FaultSeverity.Warning, "", 0, parameter.Name, $"{what}: {remedy}");
}
