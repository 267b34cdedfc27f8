using System.Globalization;
using Akka.Configuration;
using Akka.Persistence.Sql;

namespace BulkRelay.Core.Queue.Journal;

/// <summary>The settings of Akka.Persistence.Sql for one database.</summary>
internal static class JournalPlugin
{
    public const string Journal = "akka.persistence.journal.sql";
    public const string Snapshots = "akka.persistence.snapshot-store.sql";

    /// <summary>
    /// A write that takes longer counts as failed and stops the actor, although the row may be written: long enough to sit out a lock.
    /// </summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Makes the plugin known to a system in which no persistent actor has run yet.</summary>
    public static void Install(ActorSystem system, IJournalDatabase database)
    {
        var common = $$"""
            connection-string = "{{Quoted(database.ConnectionString)}}"
            provider-name = "{{database.Provider}}"
            auto-initialize = off
            default.schema-name = "{{database.Schema}}"
            circuit-breaker.call-timeout = {{CallTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)}}s
            """;
        // One writer: with the default of three, writers to one file wait for each other (700 events a second became 90).
        system.Settings.InjectTopLevelFallback(ConfigurationFactory.ParseString($$"""
            {{Journal}} {
              {{common}}
              parallelism = 1
              tag-write-mode = Csv
            }
            {{Snapshots}} {
              {{common}}
            }
            """).WithFallback(SqlPersistence.DefaultConfiguration));
    }

    private static string Quoted(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
