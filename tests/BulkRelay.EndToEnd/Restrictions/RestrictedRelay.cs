using System.Globalization;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Restrictions;

/// <summary>A relay with the restrictions of a test, with swaks as its client; what it accepts goes to a sink.</summary>
internal sealed class RestrictedRelay : IAsyncDisposable
{
    /// <summary>A client that may relay.</summary>
    public const string Trusted = "127.0.0.9";

    /// <summary>A client that may not.</summary>
    public const string Outside = "127.0.0.66";

    private readonly TempFolder _folder = new();

    private RestrictedRelay()
    {
    }

    public SinkInbox Sink { get; } = new();

    public RelayProcess Relay { get; private set; } = null!;

    /// <summary>Starts it.</summary>
    /// <param name="mainCf">Lines of <c>main.cf</c>; <c>/etc/postfix</c> is the folder of the tables.</param>
    /// <param name="tables">Files of that folder, with their lines.</param>
    /// <param name="port">Another port to listen on, with its address; for IPv6.</param>
    public static async Task<RestrictedRelay> StartAsync(string mainCf, IReadOnlyDictionary<string, string> tables, string? port = null)
    {
        var relay = new RestrictedRelay();
        foreach (var (name, lines) in tables) await File.WriteAllTextAsync(relay._folder.File(name), lines.ReplaceLineEndings("\n") + "\n");
        var settings = $"""
            mynetworks = {Trusted}
            relay_domains = hosted.test, example.com
            smtpd_peername_lookup = no
            relayhost = [127.0.0.1]:{relay.Sink.Port}
            notify_classes =
            {mainCf.Replace("/etc/postfix", relay._folder.Path, StringComparison.Ordinal)}
            """;
        relay.Relay = new RelayProcess(settings, services: port is null ? [] : [$"{port} inet n - n - - smtpd"]);
        await relay.Relay.StartAsync();
        return relay;
    }

    /// <summary>The last error reply that swaks gets, or empty if the message is accepted.</summary>
    public async Task<string> SendAsync(string from, string to, string client = Outside, params string[] more)
    {
        var result = await Tool.RunAsync("swaks",
        [
            "--server", "127.0.0.1", "--port", Relay.Port.ToString(CultureInfo.InvariantCulture), "--local-interface", client,
            "--from", from, "--to", to, "--helo", "client.example.com", .. SampleFile.ForSwaks, .. more,
        ]);
        var error = result.Output.Split('\n').LastOrDefault(l => l.StartsWith("<**", StringComparison.Ordinal));
        if (error is null) result.Succeeded();
        return error is null ? "" : error[4..].TrimEnd();
    }

    /// <summary>Waits until the mail log has a text.</summary>
    public Task LoggedAsync(string text) => MailLogFile.WithAsync(Relay.LogFile, text);

    public async ValueTask DisposeAsync()
    {
        await Relay.DisposeAsync();
        await Sink.DisposeAsync();
        _folder.Dispose();
    }
}
