using BulkRelay.Server.Applets;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue.Store;

/// <summary>What others could read or write is told by <c>bulkrelay check</c>, and by the start in the mail log.</summary>
public sealed class QueuePermissionsTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryFolder _folder = new();

    private string Queue => Path.Combine(_folder.Path, "queue");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_the_relay_makes_is_in_order()
    {
        Make();
        (await CheckAsync()).ShouldContain("0 errors, 0 warnings");
    }

    [Fact]
    public async Task There_is_nothing_to_say_of_what_is_not_there() => (await CheckAsync()).ShouldContain("0 errors, 0 warnings");

    [Theory]
    [InlineData("", UnixFileMode.OtherWrite,
        "queue_directory: {0} can be written to by others, who can put files of their own in place of the relay's: chmod go-w {0}")]
    [InlineData("", UnixFileMode.GroupWrite, "queue_directory: {0} can be written to by others")]
    [InlineData("public", UnixFileMode.OtherWrite, "queue_directory: {0} can be written to by others")]
    [InlineData("maildrop", UnixFileMode.OtherRead,
        "queue_directory: {0}: users can list the files of others, or remove them: chmod 1733 {0}")]
    [InlineData("queue.db", UnixFileMode.OtherWrite, "queue_store: {0} holds all mail and can be opened by others: chmod go-rwx {0}")]
    [InlineData("queue.db", UnixFileMode.GroupRead, "queue_store: {0} holds all mail and can be opened by others")]
    [InlineData("queue.db-wal", UnixFileMode.OtherRead, "queue_store: {0} holds all mail and can be opened by others")]
    public async Task What_is_open_to_others_is_told(string what, UnixFileMode opened, string warning)
    {
        Make();
        var path = what.Length == 0 ? Queue : Path.Combine(Queue, what);
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | opened);
        var output = await CheckAsync();
        output.ShouldContain($"warning: {string.Format(System.Globalization.CultureInfo.InvariantCulture, warning, path)}");
        output.ShouldContain("0 errors, 1 warnings");
    }

    [Fact]
    public async Task A_maildrop_folder_in_which_others_can_remove_files_is_told()
    {
        Make();
        var path = Path.Combine(Queue, "maildrop");
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) & ~UnixFileMode.StickyBit);
        (await CheckAsync()).ShouldContain("users can list the files of others, or remove them");
    }

    private void Make()
    {
        new Core.Ingress.Maildrop.MaildropFolder(Queue).Create();
        Directory.CreateDirectory(Path.Combine(Queue, "public"), OwnerOnly);
        foreach (var file in new[] { "queue.db", "queue.db-wal", "queue.db-shm" })
        {
            File.WriteAllText(Path.Combine(Queue, file), "");
            File.SetUnixFileMode(Path.Combine(Queue, file), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private async Task<string> CheckAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "main.cf"), "queue_directory = queue\nmydestination =\n");
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "master.cf"), "2525 inet n - n - - smtpd\nsmtp unix - - n - - smtp\n");
        using var output = new StringWriter();
        await CheckApplet.RunAsync(["-c", _folder.Path], output, output);
        return output.ToString();
    }
}
