using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Observability;

namespace BulkRelay.Server;

/// <summary>The mail log that a configuration names.</summary>
internal static class ConfiguredLog
{
    /// <summary>Opens it for the relay.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be opened.</exception>
    public static MailLog Open(ConfigSnapshot snapshot) => Open(snapshot, MailLogFile.Open);

    /// <summary>Opens it for a command while the relay is down. Where the relay logs to its standard output nothing is written.</summary>
    /// <inheritdoc cref="Open(ConfigSnapshot)"/>
    public static MailLog OpenForCommand(ConfigSnapshot snapshot) =>
        Open(snapshot, path => MailLogFile.IsStandardOutput(path) ? Stream.Null : MailLogFile.Open(path));

    private static MailLog Open(ConfigSnapshot snapshot, Func<string, Stream> open)
    {
        var path = snapshot.Get(LogParameters.MaillogFile);
        return new MailLog(() => open(path), snapshot.Get(MainParameters.MyHostname).Split('.')[0], TimeProvider.System);
    }
}
