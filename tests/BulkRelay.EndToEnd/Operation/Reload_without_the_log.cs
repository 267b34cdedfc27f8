using System.Globalization;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>
/// A reload while the mail log cannot be opened: logrotate gave the new file to another user, or the folder is being moved.
/// </summary>
public sealed class Reload_without_the_log
{
    [Fact]
    public async Task Relay_goes_on_with_the_old_file_and_opens_the_new_one_at_the_next_reload()
    {
        using var folder = new TempFolder();
        var logs = folder.File("logs");
        Directory.CreateDirectory(logs);
        var log = Path.Combine(logs, "mail.log");
        await using var relay = new RelayProcess($"maillog_file = {log}");
        await relay.StartAsync();
        Directory.Move(logs, folder.File("moved"));
        var moved = Path.Combine(folder.File("moved"), "mail.log");

        var reload = await relay.CommandAsync("reload");
        reload.Succeeded();
        reload.Error.ShouldContain("main.cf: warning: maillog_file: cannot be opened again: ");
        await MailLogFile.WithAsync(moved, "master[");
        (await Tool.RunAsync("kill", ["-HUP", relay.Pid.ToString(CultureInfo.InvariantCulture)])).Succeeded();
        await MailLogFile.UntilAsync(moved, text => text.Split("warning: main.cf: maillog_file: cannot be opened again: ").Length == 3, "a warning for each reload");

        Directory.CreateDirectory(logs);
        (await relay.CommandAsync("reload")).Succeeded();
        await MailLogFile.WithAsync(log, "reload: the configuration was read again");
        (await relay.StopAsync()).ShouldBe(0);
    }
}
