using BulkRelay.Core.Configuration;

namespace BulkRelay.Tests.Configuration;

public sealed class ForeignSpoolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bulkrelay-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private IEnumerable<ConfigFault> Faults() =>
        ConfigLoader.Parse($"\nqueue_directory = {_folder}\n", "", "/etc/bulkrelay", ConfigOverrides.None).Faults;

    [Theory]
    [InlineData("Postfix", "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop", "pid", "private", "public")]
    [InlineData("Exim", "db", "input", "msglog")]
    [InlineData("OpenSMTPD", "corrupt", "offline", "purge", "queue")]
    [InlineData("qmail", "bounce", "info", "intd", "local", "mess", "remote", "todo")]
    public void The_queue_of_another_server_is_refused(string server, params string[] folders)
    {
        foreach (var folder in folders) Directory.CreateDirectory(Path.Combine(_folder, folder));

        Faults().ShouldHaveSingleItem().ToString().ShouldStartWith($"main.cf:2: error: queue_directory = {_folder[..20]}");
        Faults().Single().Message.ShouldBe($"the folder holds the queue of {server}, which two servers cannot share: "
            + "set queue_directory to a folder of its own, such as /var/spool/bulkrelay");
    }

    [Fact]
    public void The_queue_of_sendmail_is_known_by_its_files()
    {
        File.WriteAllText(Path.Combine(_folder, "qfxBU1234567890"), "V8\n");

        Faults().ShouldHaveSingleItem().Message.ShouldContain("the queue of Sendmail");
    }

    [Fact]
    public void Our_own_queue_and_an_empty_folder_and_none_are_taken()
    {
        Faults().ShouldBeEmpty();
        foreach (var folder in (string[])["maildrop", "public"]) Directory.CreateDirectory(Path.Combine(_folder, folder));
        foreach (var file in (string[])["queue.db", "queue.db-wal", "control"]) File.WriteAllText(Path.Combine(_folder, file), "");
        Faults().ShouldBeEmpty();
        ConfigLoader.Parse("queue_directory = /nonexistent/queue\n", "", "/etc/bulkrelay", ConfigOverrides.None).Faults.ShouldBeEmpty();
    }
}
