using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets;

/// <summary>
/// <c>postsuper</c>: holds, releases, requeues, expires and deletes messages: by queue id, by ids on standard input (<c>-</c>), or <c>ALL</c>;
/// in all queues or those that are named behind the options.
/// </summary>
internal sealed class Postsuper
{
    private const string Program = "postsuper";

    private const string Usage = "postsuper [-c config_dir] [-d queue_id (delete)] [-e queue_id (expire)] [-f queue_id (expire and/or un-hold)] "
        + "[-h queue_id (hold)] [-H queue_id (un-hold)] [-p (purge temporary files)] [-r queue_id (requeue)] [-s (structure fix)] "
        + "[-S (redundant structure fix)][-v (verbose)] [queue...]";

    /// <summary>Ids that are looked up at once.</summary>
    private const int Batch = 200;

    /// <summary>The changes in the order of the closing lines.</summary>
    private static readonly QueueChange[] Changes =
        [QueueChange.Requeue, QueueChange.Delete, QueueChange.Expire, QueueChange.Hold, QueueChange.Release];

    private static readonly Dictionary<char, QueueChange[]> Actions = new()
    {
        ['d'] = [QueueChange.Delete],
        ['r'] = [QueueChange.Requeue],
        ['e'] = [QueueChange.Expire],
        ['f'] = [QueueChange.Expire, QueueChange.Release],
        ['h'] = [QueueChange.Hold],
        ['H'] = [QueueChange.Release],
    };

    private static readonly Dictionary<string, QueueState?> Queues = new(StringComparer.Ordinal)
    {
        ["hold"] = QueueState.Hold,
        ["active"] = QueueState.Active,
        ["deferred"] = QueueState.Deferred,
        // Mail on its way in is not in the queue before it is stored, and then it is active or deferred.
        ["incoming"] = null,
        ["maildrop"] = null,
    };

    private readonly QueueTool _tool;
    private readonly IQueueAccess _queue;
    private readonly IReadOnlyList<QueueState>? _states;
    private readonly Dictionary<QueueChange, long> _counts = [];

    private Postsuper(QueueTool tool, IQueueAccess queue, IReadOnlyList<QueueState>? states)
    {
        _tool = tool;
        _queue = queue;
        _states = states;
    }

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var tool = new QueueTool(Program, Usage, 1, output, error);
        if (!tool.TryParse(args, "c:d:e:f:h:H:pr:sSv", out var options, out var status)) return status;
        if (options.Arguments.FirstOrDefault(a => !Queues.ContainsKey(a)) is { } unknown) return tool.Fatal($"invalid directory name: {unknown}");
        var orders = options.All.Where(o => Actions.ContainsKey(o.Letter)).ToList();
        if (orders.Count == 0 || options.Has('s') || options.Has('S') || options.Has('p'))
            tool.Say("the queue is a database that the relay keeps in order: there is nothing to fix (-s) or to purge (-p)");
        if (orders.Count == 0) return 0;
        var states = options.Arguments.Count == 0 ? null : options.Arguments.Select(a => Queues[a]).OfType<QueueState>().ToList();
        return await tool.WithQueueAsync(options, async (queue, _) =>
        {
            await new Postsuper(tool, queue, states).RunAsync(orders);
            return 0;
        });
    }

    private async Task RunAsync(IReadOnlyList<(char Letter, string Value)> orders)
    {
        foreach (var change in orders.SelectMany(o => Actions[o.Letter])) _counts[change] = 0;
        foreach (var (letter, value) in orders.Where(o => o.Value != "ALL")) await ChangeAsync(Actions[letter], value == "-" ? IdsOfInput() : [value]);
        foreach (var (letter, _) in orders.Where(o => o.Value == "ALL").OrderByDescending(o => o.Letter == 'd').ThenByDescending(o => o.Letter == 'r'))
            foreach (var change in Actions[letter])
                if (FilterFor(change) is { } filter)
                    await foreach (var changed in DoAsync(change, filter)) _counts[change] += changed.Count;
        foreach (var change in Changes)
        {
            if (!_counts.TryGetValue(change, out var count)) continue;
            _tool.Say(QueueChangeText.Total(change, count));
            await _queue.LogAsync(Program, QueueChangeText.Total(change, count), CancellationToken.None);
        }
    }

    private async Task ChangeAsync(QueueChange[] changes, IEnumerable<string> ids)
    {
        foreach (var batch in ids.Where(IsQueueId).Chunk(Batch))
        {
            var done = new HashSet<(QueueChange Change, long Id)>();
            foreach (var change in changes)
                if (FilterFor(change) is { } filter)
                    await foreach (var changed in DoAsync(change, filter with { QueueIds = batch }))
                        done.UnionWith(changed.Select(id => (change, id)));
            foreach (var id in batch.Distinct())
                foreach (var change in changes)
                    if (QueueId.TryGetMessageId(id, out var messageId) && done.Contains((change, messageId))) Tell(change, id);
        }
    }

    private IAsyncEnumerable<IReadOnlyList<long>> DoAsync(QueueChange change, QueueFilter filter) =>
        _queue.ChangeAsync(change, filter, long.MaxValue, Program, CancellationToken.None);

    private void Tell(QueueChange change, string id)
    {
        _counts[change]++;
        _tool.Say($"{id}: {QueueChangeText.Single(change)}");
    }

    private bool IsQueueId(string id)
    {
        var isId = id.Length > 0 && id.All(char.IsAsciiLetterOrDigit);
        if (!isId) _tool.Say($"warning: invalid mail queue id: {id}");
        return isId;
    }

    /// <summary>The queues that the command line names; null if there can be nothing in them.</summary>
    private QueueFilter? FilterFor(QueueChange change)
    {
        if (_states is null) return QueueFilter.All;
        // What is held is released from there, wherever the rest is looked for.
        if (change == QueueChange.Release && _states.Contains(QueueState.Hold)) return QueueFilter.All;
        return _states.Count == 0 ? null : new QueueFilter { States = _states };
    }

    private static IEnumerable<string> IdsOfInput()
    {
        while (Console.In.ReadLine() is { } line)
            if (line.Trim() is { Length: > 0 } id) yield return id;
    }
}
