using System.Diagnostics;
using System.Text.Json;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>Postfix's queue commands, with the relay running and with it down: the same words, the same result.</summary>
public sealed class Queue_commands : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly byte[] _message = SampleMessage.Create("commands", 2000);
    private readonly int _deadPort = FreePort.Next();
    private RelayProcess _relay = null!;

    public async Task InitializeAsync()
    {
        _relay = new RelayProcess($"relayhost = [127.0.0.1]:{_deadPort}");
        await File.WriteAllBytesAsync(_folder.File("m"), _message);
        await _relay.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R09_postqueue_lists_what_waits_and_why(bool isRunning)
    {
        await QueueOneAsync();
        if (!isRunning) await _relay.StopAsync();
        var listing = (await _relay.CommandAsync("postqueue", "-p")).Succeeded();
        listing.ShouldMatch(
            @"^-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n"
            + @"[0-9A-F]+\*? +\d+ \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d  a@campaign\.test\n"
            + $@" *\(connect to 127\.0\.0\.1\[127\.0\.0\.1\]:{_deadPort}: Connection refused\)\n"
            + @" {41}b@dest\.test\n\n-- 2 Kbytes in 1 Request\.\n$");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R09_postqueue_prints_JSON_with_the_known_keys(bool isRunning)
    {
        await QueueOneAsync();
        if (!isRunning) await _relay.StopAsync();
        var line = JsonDocument.Parse((await _relay.CommandAsync("postqueue", "-j")).Succeeded()).RootElement;
        line.GetProperty("queue_name").GetString().ShouldBe("deferred");
        line.GetProperty("sender").GetString().ShouldBe("a@campaign.test");
        line.GetProperty("message_size").GetInt64().ShouldBeGreaterThan(_message.Length);
        line.GetProperty("arrival_time").GetInt64().ShouldBeInRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 120, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        line.GetProperty("forced_expire").GetBoolean().ShouldBeFalse();
        var recipient = line.GetProperty("recipients")[0];
        recipient.GetProperty("address").GetString().ShouldBe("b@dest.test");
        recipient.GetProperty("delay_reason").GetString().ShouldBe($"connect to 127.0.0.1[127.0.0.1]:{_deadPort}: Connection refused");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R05_postcat_shows_envelope_header_and_body(bool isRunning)
    {
        var id = await QueueOneAsync();
        if (!isRunning) await _relay.StopAsync();
        var shown = (await _relay.CommandAsync("postcat", "-q", id)).Succeeded();
        shown.ShouldContain($"*** ENVELOPE RECORDS deferred/{id} ***\n");
        shown.ShouldContain("\nsender: a@campaign.test\nnamed_attribute: log_client_name=");
        shown.ShouldContain("\nrecipient: b@dest.test\n*** MESSAGE CONTENTS ");
        shown.ShouldContain(System.Text.Encoding.ASCII.GetString(_message).Replace("\r\n", "\n", StringComparison.Ordinal));
        (await _relay.CommandAsync("postcat", "-hq", id)).Succeeded().ShouldEndWith("Content-Transfer-Encoding: 8bit\n\n");
        (await _relay.CommandAsync("postcat", "-vq", id)).Succeeded()
            .ShouldContain("\nregular_text: Message-ID: <commands@campaign.test>\n");
        (await _relay.CommandAsync("postcat", "-oeq", id)).Succeeded().ShouldMatch(@"\n {8}0 message_size: .*\n {7}97 message_arrival_time: ");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R10_postsuper_deletes_one_message_or_all(bool isRunning)
    {
        var first = await QueueOneAsync();
        await SendAsync();
        if (!isRunning) await _relay.StopAsync();
        (await _relay.CommandAsync("postsuper", "-d", first)).Error.ShouldBe($"postsuper: {first}: removed\npostsuper: Deleted: 1 message\n");
        (await _relay.CommandAsync("postqueue", "-p")).Succeeded().ShouldContain("in 1 Request.");
        (await _relay.CommandAsync("postsuper", "-d", "ALL")).Error.ShouldBe("postsuper: Deleted: 1 message\n");
        (await _relay.CommandAsync("postqueue", "-p")).Succeeded().ShouldBe("Mail queue is empty\n");
        (await _relay.CommandAsync("postsuper", "-d", first)).Error.ShouldBe("postsuper: Deleted: 0 messages\n");
    }

    [Fact]
    public async Task The_status_tells_whether_the_relay_accepts_mail()
    {
        await QueueOneAsync();
        var status = JsonDocument.Parse((await _relay.CommandAsync("status", "--json")).Succeeded()).RootElement;
        status.GetProperty("queued").GetInt64().ShouldBe(1);
        status.GetProperty("accepted").GetInt64().ShouldBe(1);
        status.GetProperty("store_healthy").GetBoolean().ShouldBeTrue();
        (await _relay.CommandAsync("status")).Succeeded().ShouldContain($"listens on  127.0.0.1:{_relay.Port}\n");
        await _relay.StopAsync();
        (await _relay.CommandAsync("status")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Only_the_owner_may_open_the_control_socket() =>
        File.GetUnixFileMode(Path.Combine(_relay.QueueDirectory, "control")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

    [Fact]
    public async Task A_second_relay_on_the_same_queue_is_refused_with_a_reason()
    {
        await using var second = new RelayProcess(queueDirectory: _relay.QueueDirectory);
        (await second.StartOrDieAsync(null)).ShouldBeFalse();
        second.Output.ShouldContain($"is in use by process {_relay.Pid}");
    }

    [Fact]
    public async Task R41_a_reload_moves_mail_that_is_queued_already()
    {
        await using var inbox = new SinkInbox();
        await QueueOneAsync();
        await File.AppendAllTextAsync(Path.Combine(_relay.ConfigDirectory, "main.cf"), $"transport_maps = inline:{{ dest.test=smtp:[127.0.0.1]:{inbox.Port} }}\nminimal_backoff_time = 1s\n");
        (await _relay.CommandAsync("reload")).Succeeded();
        await SendAsync();
        (await inbox.NextAsync()).Recipients.ShouldBe(["b@dest.test"]);
    }

    [Fact]
    public async Task A_reload_with_a_fault_changes_nothing_and_says_where_it_is()
    {
        await File.AppendAllTextAsync(Path.Combine(_relay.ConfigDirectory, "main.cf"), "smtpd_timeout = soon\ntransport_maps = hash:/nowhere/transport\n");
        var reload = await _relay.CommandAsync("reload");
        reload.ExitCode.ShouldBe(1);
        reload.Error.ShouldMatch(@"main\.cf:\d+: error: smtpd_timeout: bad time value 'soon'");
    }

    /// <summary>Sends a message to a destination that refuses, and waits until its reason is known. Returns its queue id.</summary>
    private async Task<string> QueueOneAsync()
    {
        await SendAsync();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < Patience;)
        {
            var lines = (await _relay.CommandAsync("postqueue", "-j")).Succeeded();
            if (!lines.Contains("delay_reason", StringComparison.Ordinal) || lines.Contains("\"active\"", StringComparison.Ordinal)) continue;
            return JsonDocument.Parse(lines.Split('\n')[0]).RootElement.GetProperty("queue_id").GetString()!;
        }
        throw new TimeoutException("the message has not been tried");
    }

    private async Task SendAsync() =>
        (await Tool.RunAsync("curl", ["-sS", $"smtp://127.0.0.1:{_relay.Port}", "--mail-from", "a@campaign.test", "--mail-rcpt", "b@dest.test", "-T", _folder.File("m")])).Succeeded();
}
