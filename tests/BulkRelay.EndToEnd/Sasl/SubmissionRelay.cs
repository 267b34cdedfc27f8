using System.Globalization;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Sasl;

/// <summary>A relay whose clients have to sign in: none of them is in <c>mynetworks</c>. Mail goes to an inbox.</summary>
internal sealed class SubmissionRelay : IAsyncDisposable
{
    public const string User = "test";
    public const string Password = "testtest";

    private SubmissionRelay(string mainCf)
    {
        Process = new RelayProcess($"""
            relayhost = [127.0.0.1]:{Inbox.Port}
            mynetworks = 192.0.2.0/24
            smtpd_peername_lookup = no
            {mainCf}
            """);
    }

    public SinkInbox Inbox { get; } = new();

    public RelayProcess Process { get; }

    public string Port => Process.Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>A relay that is not started yet, so that a test can write more files.</summary>
    public static SubmissionRelay Prepare(string mainCf) => new(mainCf);

    /// <summary>A relay with its own file of users, with one in it.</summary>
    public static async Task<SubmissionRelay> StartWithUserAsync(string mainCf, params string[] addOptions)
    {
        var relay = new SubmissionRelay(mainCf);
        await relay.AddUserAsync(User, Password, addOptions);
        await relay.Process.StartAsync();
        return relay;
    }

    /// <summary>Adds a user as an operator does.</summary>
    public async Task AddUserAsync(string name, string password, params string[] options) =>
        (await Tool.RunAsync(Process.Program, ["user", "-c", Process.ConfigDirectory, "add", name, .. options], password + "\n")).Succeeded().ShouldBe($"added {name}\n");

    /// <summary>Writes <c>smtpd.conf</c> where it belongs.</summary>
    public void WriteSmtpdConf(string text)
    {
        Directory.CreateDirectory(Path.Combine(Process.ConfigDirectory, "sasl"));
        File.WriteAllText(Path.Combine(Process.ConfigDirectory, "sasl", "smtpd.conf"), text);
    }

    /// <summary>swaks sends a message after it has signed in.</summary>
    public Task<ToolResult> SwaksAsync(string mechanism, string user, string password, params string[] more) => Tool.RunAsync("swaks",
        ["--server", "127.0.0.1", "--port", Port, "--from", "a@campaign.test", "--to", "b@dest.test", "--auth", mechanism,
        "--auth-user", user,
            "--auth-password", password, .. SampleFile.ForSwaks, .. more]);

    /// <summary>The log so far, once a line of it holds the text.</summary>
    public Task<string> LogWithAsync(string text) => MailLogFile.WithAsync(Process.LogFile, text);

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await Inbox.DisposeAsync();
    }
}
