using System.CommandLine;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets.Queue;

/// <summary><c>bulkrelay queue shape</c>: the matrix of domains and ages of Postfix's <c>qshape</c>.</summary>
internal static class ShapeCommand
{
    private static readonly HashSet<string> Queues = new(StringComparer.Ordinal) { "incoming", "active", "deferred", "hold" };

    public static Command Make(QueueConsole console)
    {
        var senders = new Option<bool>("-s") { Description = "count messages by the domain of the sender instead of recipients by theirs" };
        var parents = new Option<bool>("-p") { Description = "count parent domains too; they begin with a dot" };
        var minimum = new Option<int>("-m") { Description = "the least number of sub-domains for a parent domain's line", HelpName = "N", DefaultValueFactory = _ => 5 };
        var buckets = new Option<int>("-b") { Description = "how many ranges of age", HelpName = "N", DefaultValueFactory = _ => 10 };
        var time = new Option<int>("-t") { Description = "minutes of the first range; each further one is twice as long", HelpName = "MINUTES", DefaultValueFactory = _ => 5 };
        var linear = new Option<bool>("-l") { Description = "ranges of equal length" };
        var width = new Option<int>("-w") { Description = "columns of the screen", HelpName = "N", DefaultValueFactory = _ => 80 };
        var queues = new Argument<string[]>("QUEUE") { Description = "hold, or any of incoming, active, deferred, which are one here; without: all but hold", Arity = ArgumentArity.ZeroOrMore };
        var command = console.Make("shape", "Prints how mail is spread over domains and ages (minutes), as Postfix's qshape.", ["shape", "shape -s deferred", "shape -b 6 -t 60 hold"],
            async (parsed, queue, cancel) =>
            {
                var names = parsed.GetValue(queues)!;
                if (names.FirstOrDefault(n => !Queues.Contains(n)) is { } unknown) throw new FilterException($"{unknown}: use {string.Join(", ", Queues)}");
                if (parsed.GetValue(buckets) is < 2 or > 60 || parsed.GetValue(time) is < 1 or > 100_000) throw new FilterException("-b takes 2 to 60 ranges, -t 1 to 100000 minutes");
                var matrix = new ShapeMatrix(parsed.GetValue(buckets), parsed.GetValue(time), parsed.GetValue(linear), parsed.GetValue(parents) ? parsed.GetValue(minimum) : null);
                var request = new ShapeRequest(new QueueFilter { States = States(names) }, parsed.GetValue(senders), matrix.Bounds(TimeProvider.System.GetUtcNow()));
                matrix.Add(await queue.ShapeAsync(request, cancel));
                matrix.Print(console.Output, Math.Max(80, parsed.GetValue(width)));
                return 0;
            });
        command.Add(queues);
        foreach (var option in new Option[] { senders, parents, minimum, buckets, time, linear, width }) command.Add(option);
        return command;
    }

    private static QueueState[] States(string[] names) =>
        names.Contains("hold") ? names.Length == 1 ? [QueueState.Hold] : [] : [QueueState.Deferred];
}
