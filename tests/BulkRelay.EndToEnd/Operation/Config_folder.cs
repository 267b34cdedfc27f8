using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>Which configuration a command works with: <c>-c</c>, <c>MAIL_CONFIG</c>, and what the relay was started with.</summary>
public sealed class Config_folder
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "bulkrelay");

    [Theory]
    [InlineData("check")]
    [InlineData("run")]
    [InlineData("status")]
    [InlineData("queue list")]
    [InlineData("user list")]
    [InlineData("tls self-signed")]
    [InlineData("postqueue -p")]
    [InlineData("mailq")]
    [InlineData("postsuper -d ALL")]
    [InlineData("postcat -q 4abc")]
    [InlineData("postkick public qmgr F")]
    [InlineData("postfix status")]
    [InlineData("postfix check")]
    [InlineData("sendmail -bp")]
    [InlineData("sendmail -bs")]
    [InlineData("sendmail -i a@example.com")]
    public async Task Commands_that_need_the_configuration_find_it_by_option_or_environment(string command)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("main.cf"), "queue_directory = q\nsmtpd_timeout = soon\n");
        await File.WriteAllTextAsync(folder.File("master.cf"), "");
        await ExpectAsync(command, folder, $"{folder.File("main.cf")}:2: error: smtpd_timeout: ");
    }

    /// <summary>A relay that runs says itself what is wrong with its new configuration.</summary>
    [Fact]
    public async Task A_reload_looks_for_the_relay_of_the_configuration()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("main.cf"), "queue_directory = q\n");
        await File.WriteAllTextAsync(folder.File("master.cf"), "");
        await ExpectAsync("reload", folder, $"no relay runs on {folder.File("q")}");
    }

    [Theory]
    [InlineData("postconf -n default_database_type", "default_database_type = inline")]
    [InlineData("postmap -q key {key=value}", "value")]
    [InlineData("newaliases", "no such entry here")]
    [InlineData("sendmail -I", "no such entry here")]
    public async Task So_do_those_that_need_but_a_value_of_it(string command, string answer)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("main.cf"), "default_database_type = inline\nalias_database = {no such entry here}\n");
        await File.WriteAllTextAsync(folder.File("master.cf"), "");
        await ExpectAsync(command, folder, answer);
    }

    [Fact]
    public async Task A_relay_whose_queue_an_option_has_put_elsewhere_is_found_by_all_commands()
    {
        using var folder = new TempFolder();
        await using var relay = new RelayProcess("default_transport = discard:test") { Options = ["-o", $"queue_directory={folder.File("elsewhere")}"] };
        await relay.StartAsync();

        (await relay.CommandAsync("status")).Succeeded().ShouldContain($"pid {relay.Pid},");
        (await relay.CommandAsync("postqueue", "-p")).Succeeded().ShouldContain("Mail queue is empty");
        (await relay.CommandAsync("postqueue", "-p")).Error.ShouldNotContain("Mail system is down");
        (await relay.CommandAsync("postfix", "status")).Error.ShouldContain($"is running: PID: {relay.Pid}");
        (await relay.CommandAsync("reload")).Succeeded();
        var sent = await Tool.RunAsync(Program, ["sendmail", "-f", "a@example.com", "b@example.com"], "Subject: x\n\nx\n",
            environment: new Dictionary<string, string> { ["MAIL_CONFIG"] = relay.ConfigDirectory });
        sent.Succeeded();
        Directory.Exists(relay.QueueDirectory).ShouldBeFalse();
    }

    private static async Task ExpectAsync(string command, TempFolder folder, string answer)
    {
        var words = command.Split(' ', 2);
        var rest = words.Length == 1 ? [] : words[0] == "postmap" ? ["-q", "key", "{key=value}"] : words[1].Split(' ');
        var byEnvironment = await RunAsync([words[0], .. rest], folder.Path);
        byEnvironment.ShouldContain(answer);
        var byOption = await RunAsync([words[0], "-c", folder.Path, .. rest], "/nowhere");
        byOption.ShouldContain(answer);
    }

    private static async Task<string> RunAsync(string[] arguments, string mailConfig)
    {
        var result = await Tool.RunAsync(Program, arguments, environment: new Dictionary<string, string>
        {
            ["MAIL_CONFIG"] = mailConfig,
            ["BULKRELAY_config_directory"] = "/nowhere/either",
        });
        return result.Output + result.Error;
    }
}
