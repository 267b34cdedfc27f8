using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets.Queue;

/// <summary><c>bulkrelay queue show ID</c>: all that is known of a message, and why it has not moved.</summary>
internal static class ShowCommand
{
    public static Command Make(QueueConsole console)
    {
        var ids = new Argument<string[]>("ID") { Description = "queue ids", Arity = ArgumentArity.OneOrMore };
        var command = console.Make("show", "Shows all that is known of a message, and why each of its recipients is still waiting. Exit status 1 if one is not in the queue.",
            ["show 4CBE5B21271", "show --json 4CBE5B21271"], async (parsed, queue, cancel) =>
            {
                var status = 0;
                foreach (var id in parsed.GetValue(ids)!)
                {
                    var explained = await queue.ExplainAsync(id, cancel);
                    if (explained is null)
                    {
                        await console.Error.WriteLineAsync($"bulkrelay queue show: {id} is not in the queue: it has been delivered, returned or deleted, which the mail log tells");
                        status = 1;
                    }
                    else if (parsed.GetValue(console.Json)) await console.Output.WriteLineAsync(JsonSerializer.Serialize(explained, AdminJson.Readable.ExplainedMessage));
                    else Print(explained, console.Output);
                }
                return status;
            });
        command.Add(ids);
        command.Add(console.Json);
        return command;
    }

    private static void Print(ExplainedMessage explained, TextWriter output)
    {
        var envelope = explained.Message.Envelope;
        void Row(string what, string value)
        {
            if (value.Length > 0) output.WriteLine($"{what,-12}{value}");
        }
        Row("message", envelope.QueueId);
        Row("state", explained.QueueName + (envelope.IsExpired ? ", expired by the operator" : ""));
        Row("arrived", $"{Time(envelope.Arrived)} ({ConsoleTable.Span(TimeProvider.System.GetUtcNow() - envelope.Arrived)} ago)");
        Row("size", string.Create(CultureInfo.InvariantCulture, $"{envelope.Size:N0} octets{(envelope.Is8Bit ? ", 8BITMIME" : "")}{(envelope.IsSmtpUtf8 ? ", SMTPUTF8" : "")}"));
        Row("sender", $"<{envelope.Sender}>");
        Row("client", envelope.ClientAddress.Length == 0 ? "this relay" : $"{envelope.ClientName}[{envelope.ClientAddress}], {envelope.Protocol}, helo {envelope.HeloName}");
        Row("login", envelope.SaslLogin);
        Row("flow", $"{envelope.Flow}{(envelope.Flow.Length > 0 ? ", " : "")}priority {envelope.Priority.ToString().ToLowerInvariant()}");
        Row("envid", envelope.Envid);
        Row("filter", envelope.Filter);
        Row("warning", envelope.WarnAt is { } warnAt ? $"the sender is warned {Time(warnAt)}" : envelope.IsWarned ? "the sender was warned" : "");
        Row("recipients", explained.Message.Recipients.Count.ToString("N0", CultureInfo.InvariantCulture));
        foreach (var (recipient, why) in explained.Message.Recipients.Zip(explained.Why))
        {
            output.WriteLine($"  <{recipient.Address}> by {recipient.Destination}");
            foreach (var line in why) output.WriteLine($"      {line}");
        }
    }

    private static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
