using BulkRelay.Core.Queue.Store.Sqlite;
using BulkRelay.Server.Applets;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Applets;

public sealed class MailqTests
{
    [Fact]
    public async Task What_waits_in_the_maildrop_folder_is_counted()
    {
        using var folder = new TemporaryFolder();
        folder.Write("main.cf", "queue_directory = queue\n");
        folder.Write("master.cf", "");
        var maildrop = Directory.CreateDirectory(Path.Combine(folder.Path, "queue", "maildrop"));
        using var log = new TestLog();
        await using (SqliteQueueStore.Open(new SqliteStoreOptions(Path.Combine(folder.Path, "queue", "queue.db"), log.Service)))
        {
        }
        using var output = new StringWriter();
        foreach (var name in new[] { "a", "b" }) await File.WriteAllTextAsync(Path.Combine(maildrop.FullName, name), "x");

        (await Mailq.RunAsync(["-c", folder.Path], output, TextWriter.Null)).ShouldBe(0);

        output.ToString().ShouldContain("-- 2 Requests in the maildrop folder");
    }
}
