using System.Diagnostics;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>What operators do stands in the mail log, message by message, whether the relay runs or not; and scripts write there.</summary>
public sealed class Log_of_operators : IAsyncLifetime
{
    private readonly int _later = FreePort.Next();
    private SteeredRelay _relay = null!;

    private string LogFile => _relay.Process.LogFile;

    public async Task InitializeAsync()
    {
        _relay = await SteeredRelay.StartAsync($"relayhost = [127.0.0.1]:{_later}");
        foreach (var sender in new[] { "a@x.test", "b@x.test", "c@x.test" }) await _relay.SendAsync(sender, "r@y.test");
        await _relay.UntilDeferredAsync(3);
    }

    public async Task DisposeAsync() => await _relay.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_queue_id_that_postsuper_changes_is_logged_and_their_number(bool isRunning)
    {
        var ids = (await _relay.QueueAsync()).Select(m => m.GetProperty("queue_id").GetString()!).ToList();
        if (!isRunning) await _relay.Process.StopAsync();

        await _relay.SaidAsync("postsuper", "-h", ids[0]);
        await MailLogFile.MatchingAsync(LogFile,
            $@" postfix/postsuper\[\d+\]: {ids[0]}: placed on hold\n.* postfix/postsuper\[\d+\]: Placed on hold: 1 message\n");

        await _relay.SaidAsync("postsuper", "-r", "ALL");
        foreach (var id in ids) await MailLogFile.MatchingAsync(LogFile, $@" postfix/postsuper\[\d+\]: {id}: requeued\n");

        await _relay.OutputAsync("queue", "delete", "--sender", "b@x.test", "--sender", "c@x.test");
        await MailLogFile.MatchingAsync(LogFile,
            @"(?s)( postfix/queue\[\d+\]: \w+: removed\n.*){2} postfix/queue\[\d+\]: Deleted: 2 messages\n");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scripts_write_lines_with_postlog(bool isRunning)
    {
        if (!isRunning) await _relay.Process.StopAsync();

        await _relay.OutputAsync("postlog", "hello", "world");
        await _relay.OutputAsync("postlog", "-p", "warn", "-t", "my/tag\u0085", "care\nful");
        await _relay.OutputAsync("postlog", "-t", new string('t', 300), new string('y', 100_000));
        (await _relay.ShellAsync(@"printf 'one\n\nt\001hree' | postlog -i -p fatal")).Succeeded();
        (await _relay.ShellAsync(@"head -c 20000 /dev/zero | tr '\0' x | postlog -t long")).Succeeded();

        await MailLogFile.MatchingAsync(LogFile, @" postfix/postlog\[\d+\]: hello world\n");
        await MailLogFile.MatchingAsync(LogFile, @" my/tag\?\?\[\d+\]: warning: care\?ful\n");
        await MailLogFile.MatchingAsync(LogFile, @" postfix/postlog\[\d+\]: fatal: one\n.* fatal: \n.* fatal: t\?hree\n");
        await MailLogFile.MatchingAsync(LogFile, @" t{64}\[\d+\]: y{8192}\n");
        await MailLogFile.MatchingAsync(LogFile, @" long\[\d+\]: x{8192}\n");
    }

    [Fact]
    public async Task A_line_is_written_as_it_comes_while_standard_input_is_open()
    {
        var start = new ProcessStartInfo(_relay.Process.Program, ["postlog", "-c", _relay.Process.ConfigDirectory]) { RedirectStandardInput = true };
        using var postlog = Process.Start(start)!;
        await postlog.StandardInput.WriteLineAsync("first of many");
        await postlog.StandardInput.FlushAsync();
        await MailLogFile.WithAsync(LogFile, "]: first of many\n");
        postlog.HasExited.ShouldBeFalse();
        postlog.StandardInput.Close();
        await postlog.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("-p", "loud", "fatal: bad severity: \"loud\": use one of info, warn, warning, error, fatal, panic\n")]
    [InlineData("-t", null, "option requires an argument -- 't'\n")]
    public async Task A_mistake_of_postlog_is_told_and_nothing_is_written(string option, string? value, string said)
    {
        var result = await _relay.Process.CommandAsync(value is null ? ["postlog", option] : ["postlog", option, value, "text"]);
        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith($"postlog: {said}");
        (await File.ReadAllTextAsync(LogFile)).ShouldNotContain("/postlog[");
    }
}
