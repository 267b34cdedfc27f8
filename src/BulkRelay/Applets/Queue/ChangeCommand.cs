using System.CommandLine;
using System.Globalization;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets.Queue;

/// <summary>
/// The sub-commands that change messages: hold, release, retry, requeue, expire, delete. They ask nothing back; what would concern all mail
/// has to be said with <c>--all</c>.
/// </summary>
internal sealed class ChangeCommand
{
    /// <summary>Who does it, in the mail log.</summary>
    private const string Program = "queue";

    /// <summary>Ids that go to the relay at once.</summary>
    private const int IdBatch = 200;

    private readonly QueueConsole _console;
    private readonly QueueChange _change;
    private readonly string _name;
    private readonly string _done;
    private readonly FilterOptions _filter = new();
    private readonly Option<bool> _all = new("--all") { Description = "every message, when nothing else selects" };
    private readonly Option<bool> _dryRun = new("--dry-run", "--count") { Description = "change nothing, only say how many messages it would concern" };
    private readonly Option<long?> _limit = new("--limit") { Description = "change no more than this many", HelpName = "N" };

    private ChangeCommand(QueueConsole console, QueueChange change, string done)
    {
        _console = console;
        _change = change;
        _name = change.ToString().ToLowerInvariant();
        _done = done;
    }

    public static IEnumerable<Command> MakeAll(QueueConsole console) =>
    [
        new ChangeCommand(console, QueueChange.Hold, "held").Make("Holds messages: no further attempt until they are released.",
            ["hold --sender user@domain.tld", "hold --flow spring-sale --dry-run"]),
        new ChangeCommand(console, QueueChange.Release, "released").Make("Releases messages from hold: they are due at once.", ["release 4CBE5B21271", "release --all"]),
        new ChangeCommand(console, QueueChange.Retry, "made due").Make("Makes deferred messages due at once, and tries sites that were left alone.",
            ["retry --domain example.com", "retry --reason 'connection refused'"]),
        new ChangeCommand(console, QueueChange.Requeue, "requeued").Make(
            "Starts messages anew: not held, not expired, without a history. They keep their arrival time; their lifetime counts from now.",
            ["requeue --transport relay"]),
        new ChangeCommand(console, QueueChange.Expire, "expired").Make("Gives messages up: they are returned to their senders.", ["expire --older-than 2d --domain example.com"]),
        new ChangeCommand(console, QueueChange.Delete, "deleted").Make("Deletes messages for good. Nobody is told.",
            ["delete --recipient DST_EMAIL@ADDRESS.TLD --dry-run", "delete --sender '<>' --older-than 1d"]),
    ];

    private Command Make(string description, string[] examples)
    {
        var command = _console.Make(_name, description + " Without options nothing is selected; all messages are with --all. * in a value stands for anything.", examples, RunAsync);
        _filter.AddTo(command);
        foreach (var option in new Option[] { _all, _dryRun, _limit, _console.Json }) command.Add(option);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, IQueueAccess queue, CancellationToken cancel)
    {
        var filter = _filter.Read(parsed, TimeProvider.System.GetUtcNow());
        if (filter.IsEmpty != parsed.GetValue(_all))
            throw new FilterException(filter.IsEmpty ? "say which messages, or --all for all of them" : "--all and a selection exclude each other");
        var limit = parsed.GetValue(_limit) ?? long.MaxValue;
        var isDry = parsed.GetValue(_dryRun);
        var parts = filter.QueueIds.Count <= IdBatch ? [filter] : filter.QueueIds.Chunk(IdBatch).Select(ids => filter with { QueueIds = ids }).ToList();
        var total = 0L;
        if (isDry)
            foreach (var part in parts) total += await queue.CountAsync(part, cancel);
        else
        {
            total = await ChangeAsync(parts, limit, queue, cancel);
            if (_change != QueueChange.Retry) await queue.LogAsync(Program, QueueChangeText.Total(_change, total), cancel);
        }
        Report(Math.Min(total, limit), isDry, parsed.GetValue(_console.Json));
        return 0;
    }

    private async Task<long> ChangeAsync(List<QueueFilter> parts, long limit, IQueueAccess queue, CancellationToken cancel)
    {
        var changed = 0L;
        await using var progress = new ChangeProgress(_name, _console.Error, () => CountAsync(parts, limit, queue, cancel));
        foreach (var part in parts)
        {
            if (changed >= limit) break;
            await foreach (var batch in queue.ChangeAsync(_change, part, limit - changed, Program, cancel))
                await progress.SetAsync(changed += batch.Count);
        }
        return changed;
    }

    private static async Task<long> CountAsync(List<QueueFilter> parts, long limit, IQueueAccess queue, CancellationToken cancel)
    {
        var count = 0L;
        foreach (var part in parts) count += await queue.CountAsync(part, cancel);
        return Math.Min(count, limit);
    }

    private void Report(long total, bool isDry, bool asJson) => _console.Output.WriteLine(asJson
        ? string.Create(CultureInfo.InvariantCulture, $"{{\"change\":\"{_name}\",\"messages\":{total},\"dry_run\":{(isDry ? "true" : "false")}}}")
        : string.Create(CultureInfo.InvariantCulture, $"{(isDry ? "would be " : "")}{_done}: {total:N0} message{(total == 1 ? "" : "s")}"));
}
