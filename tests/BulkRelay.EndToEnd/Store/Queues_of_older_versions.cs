using System.IO.Compression;
using System.Text;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Tests.Postgres;

namespace BulkRelay.EndToEnd.Store;

/// <summary>
/// Queues that older versions left, as files (a database of SQLite, a dump of PostgreSQL's) in <c>Store/queues</c>, open and give up all their mail: deferred for two recipients, held, and
/// parked by a freeze of its domain, in flows. They are never made anew: a change of the schema that cannot read them is a fault. The first
/// were written by the program of commit 858c866.
/// </summary>
public sealed class Queues_of_older_versions
{
    [Theory]
    [InlineData("schema-1.sqlite", "\r\n")]
    [InlineData("schema-1.postgres.sql", "\r\n\r\n\r\n")]
    public async Task Such_a_queue_opens_and_delivers_everything(string name, string end)
    {
        await using var inbox = new SinkInbox();
        var isFile = name.EndsWith("sqlite", StringComparison.Ordinal);
        // The mail is as old as the file.
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{inbox.Port}\nmaximal_queue_lifetime = 3000w\n"
            + (isFile ? "" : StoreOfTest.MainCf(await LoadAsync(name))));
        if (isFile) await UnpackAsync(name, relay.QueueDirectory);
        await relay.StartAsync();
        (await relay.CommandAsync("queue", "frozen")).Succeeded().ShouldContain("domain frozen.test");
        (await relay.CommandAsync("postqueue", "-p")).Succeeded().ShouldContain("(frozen: fixture)");

        (await relay.CommandAsync("queue", "unfreeze", "--domain", "frozen.test")).Succeeded();
        (await relay.CommandAsync("postsuper", "-H", "ALL")).Succeeded();
        (await relay.CommandAsync("postqueue", "-f")).Succeeded();
        var got = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (got.Count < 4)
        {
            var message = await inbox.NextAsync();
            var content = Encoding.ASCII.GetString(message.Content());
            var body = content[(content.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
            foreach (var recipient in message.Recipients) got.Add($"{message.Sender} to {recipient}", body);
        }
        got.ShouldBe(new Dictionary<string, string>
        {
            ["deferred@x.test to a@y.test"] = $"deferred{end}",
            ["deferred@x.test to b@z.test"] = $"deferred{end}",
            ["held@x.test to a@y.test"] = $"held{end}",
            ["parked@x.test to c@frozen.test"] = $"parked{end}",
        }, ignoreOrder: true);
        for (var looks = 0; (await relay.CommandAsync("postqueue", "-p")).Succeeded() != "Mail queue is empty\n"; looks++)
            looks.ShouldBeLessThan(100);
    }

    /// <summary>Loads a dump into a database of its own, and gives that in libpq's words.</summary>
    private static async Task<string> LoadAsync(string name)
    {
        using var dump = new StreamReader(Unpack(name));
        var server = await PostgresServer.SharedAsync();
        var database = await server.NewDatabaseAsync();
        await server.ExecuteAsync(await dump.ReadToEndAsync(), database.Split("dbname=")[1].Split(' ')[0]);
        return database;
    }

    private static async Task UnpackAsync(string name, string folder)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "queue.db");
        await using (var unpacked = Unpack(name))
        await using (var queue = File.Create(file))
            await unpacked.CopyToAsync(queue);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static GZipStream Unpack(string name) =>
        new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Store", "queues", $"{name}.gz")), CompressionMode.Decompress);
}
