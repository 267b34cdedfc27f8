using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets;

/// <summary><c>bulkrelay status</c>: what the relay does now. Exit status 0 if it accepts mail, 1 if not.</summary>
internal static class StatusApplet
{
    private static readonly Option<string?> Folder = new("-c") { Description = "folder of main.cf and master.cf", HelpName = "DIR" };
    private static readonly Option<bool> Json = new("--json") { Description = "print one JSON object" };

    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var command = new Command("status", "Shows what the running relay does now. Exit status 0 if it accepts mail, 1 if not.") { Folder, Json };
        command.SetAction((parsed, cancel) => ShowAsync(parsed.GetValue(Folder), parsed.GetValue(Json), output, error, cancel));
        return CommandLine.InvokeAsync(command, args, output, error);
    }

    private static async Task<int> ShowAsync(string? folder, bool json, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        if (ConfigFolder.Open(folder, [], error) is not { } configuration) return 1;
        try
        {
            var directory = RelayFinder.QueueDirectory(configuration.Current);
            await using var client = ControlSocket.Connect(directory);
            if (client is null)
            {
                await error.WriteLineAsync($"bulkrelay status: no relay runs on {directory}");
                return 1;
            }
            var status = await client.StatusAsync(cancel);
            if (json) await output.WriteLineAsync(JsonSerializer.Serialize(status, AdminJson.Readable.RelayStatus));
            else Print(status, output);
            return status.StoreHealthy ? 0 : 1;
        }
        catch (Exception e) when (QueueAccess.IsFailure(e))
        {
            await error.WriteLineAsync($"bulkrelay status: {e.Message}");
            return 1;
        }
    }

    private static void Print(RelayStatus status, TextWriter output)
    {
        void Row(string what, string value) => output.WriteLine($"{what,-12}{value}");
        void Count(string what, long count, string note = "") => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-12}{count,14:N0}{(note.Length > 0 ? "  " + note : "")}"));
        Row("relay", string.Create(CultureInfo.InvariantCulture, $"bulkrelay {status.Version}, pid {status.Pid}, up since {status.Started.ToLocalTime():yyyy-MM-dd HH:mm:ss}"));
        Row("listens on", string.Join(", ", status.Listeners));
        Row("store", status.StoreHealthy ? "healthy" : "FAILED: mail is refused with 451 and nothing is delivered until it works again (see the mail log)");
        output.WriteLine();
        Count("queued", status.Queued, "messages");
        Count("accepted", status.Accepted, "messages since the start");
        Count("delivered", status.Delivered, "recipients");
        Count("deferred", status.Deferred, "attempts");
        Count("bounced", status.Bounced, "recipients");
        Count("expired", status.Expired, "recipients");
        Count("in doubt", status.InDoubt, "attempts");
        if (status.Corrupt > 0)
            Count("corrupt", status.Corrupt,
                "files in the folder corrupt: local mail that can neither be sent nor returned (see the mail log)");
        if (status.Learned.Fault is { } fault) Row("learned", $"NOT KEPT over a restart: {status.Learned.Place}: {fault}");
        else if (status.Learned.Octets is { } octets)
            Count("learned", status.Learned.Destinations, string.Create(CultureInfo.InvariantCulture,
                $"destinations, kept over a restart in {status.Learned.Place} ({octets / 1024:N0} kB, {status.Learned.Events:N0} events)"));
        foreach (var freeze in status.Freezes) Row("frozen", FreezeText.Of(freeze));
        if (status.Destinations.Count > 0) PrintDestinations(status.Destinations, output);
    }

    private static void PrintDestinations(IReadOnlyList<DestinationStatus> destinations, TextWriter output)
    {
        var width = Math.Max(11, destinations.Max(d => d.Destination.Length));
        output.WriteLine();
        output.WriteLine($"{"destination".PadRight(width)}  in flight  window  in memory  next due");
        foreach (var d in destinations)
        {
            var due = d.NextDue is { } next ? next.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "-";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{d.Destination.PadRight(width)}  {d.InFlight,9:N0}  {d.Window,6:N0}  {d.Waiting,9:N0}  {due}"));
            if (d.Suspension is { } reason) output.WriteLine($"{"".PadRight(width)}  {reason}");
        }
    }
}
