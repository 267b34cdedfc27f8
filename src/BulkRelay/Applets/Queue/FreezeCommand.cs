using System.CommandLine;
using System.Globalization;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Applets.Queue;

/// <summary><c>bulkrelay queue freeze</c>: mail is accepted and kept, nothing of it leaves.</summary>
internal static class FreezeCommand
{
    public static Command Make(QueueConsole console)
    {
        var selector = new FreezeSelector();
        var reason = new Option<string>("--reason") { Description = "why, for those who look at the queue", HelpName = "TEXT", DefaultValueFactory = _ => "by the operator" };
        var end = new Option<string?>("--for") { Description = "ends by itself after this time: 30m, 4h, 2d", HelpName = "TIME" };
        var until = new Option<string?>("--until") { Description = "ends by itself then: 2026-12-01 or '2026-12-01 18:00', local time", HelpName = "TIME" };
        var command = console.Make("freeze", "Keeps mail in the queue: it is accepted and stored, and nothing of it leaves until `unfreeze`, or until its end. It outlives a restart.",
            ["freeze --all --reason 'virus outbreak'", "freeze --domain example.com --for 2h --reason 'maintenance there'", "freeze --flow spring-sale --until '2026-12-01 08:00'"],
            async (parsed, queue, cancel) =>
            {
                var (scope, name) = selector.Read(parsed);
                var now = TimeProvider.System.GetUtcNow();
                var freeze = new QueueFreeze(scope, name, parsed.GetValue(reason)!, now, End(parsed.GetValue(end), parsed.GetValue(until), now));
                await queue.FreezeAsync(freeze, cancel);
                await console.Output.WriteLineAsync($"frozen: {FreezeText.Of(freeze)}");
                return 0;
            });
        selector.AddTo(command);
        command.Add(reason);
        command.Add(end);
        command.Add(until);
        return command;
    }

    private static DateTimeOffset? End(string? span, string? time, DateTimeOffset now)
    {
        if (span is not null && time is not null) throw new FilterException("--for and --until exclude each other");
        if (span is not null) return now + FilterOptions.Time("--for", span);
        if (time is null) return null;
        if (!DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var end))
            throw new FilterException($"--until {time}: a time is needed, such as '2026-12-01 18:00'");
        return end > now ? end.ToUniversalTime() : throw new FilterException($"--until {time}: that is over");
    }
}
