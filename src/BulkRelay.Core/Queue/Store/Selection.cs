using System.Text;
using BulkRelay.Core.Queue.Steering;

namespace BulkRelay.Core.Queue.Store;

/// <summary>
/// A <see cref="QueueFilter"/> as SQL. The text is put together from constants alone; everything that the filter says is bound.
/// </summary>
internal sealed class Selection
{
    private readonly SelectionDialect _dialect;
    private readonly StringBuilder _sql = new();
    private readonly List<object> _values = [];

    private Selection(SelectionDialect dialect) => _dialect = dialect;

    /// <summary>The statement, with a question mark for each of <see cref="Values"/>.</summary>
    public string Sql => _sql.ToString();

    /// <summary>What is to be bound, in order: texts (<see cref="string"/>) and numbers (<see cref="long"/>).</summary>
    public IReadOnlyList<object> Values => _values;

    /// <summary>Ids of messages, ascending.</summary>
    public static Selection OfIds(SelectionDialect dialect, QueueFilter filter, long after, int limit)
    {
        var selection = new Selection(dialect);
        if (filter.HasRecipientCriteria && !filter.HasIds)
        {
            // Rows of recipients stand in the order of their messages: one pass over the table, without sorting.
            selection.Say("SELECT DISTINCT r.message FROM recipient AS r ");
            if (filter.HasMessageCriteria || filter.States.Count > 0) selection.Say($"{dialect.Join} message AS m ON m.id = r.message ");
            selection.Say("WHERE r.message > ?", after).Recipients(filter).Messages(filter).Say(" ORDER BY r.message LIMIT ?", limit);
            return selection;
        }
        selection.Say("SELECT m.id FROM message AS m WHERE m.id > ?", after).Messages(filter);
        if (filter.HasRecipientCriteria) selection.Say(" AND EXISTS (SELECT 1 FROM recipient AS r WHERE r.message = m.id").Recipients(filter).Say(")");
        selection.Say(" ORDER BY m.id LIMIT ?", limit);
        return selection;
    }

    /// <summary>Id and queue id of each of these messages.</summary>
    public static Selection OfQueueIds(SelectionDialect dialect, IReadOnlyList<long> messageIds) =>
        new Selection(dialect).Say("SELECT m.id, m.queue_id FROM message AS m WHERE TRUE")
            .Messages(new QueueFilter { MessageIds = messageIds });

    /// <summary>Address and arrival of each recipient, or of each message's sender.</summary>
    public static Selection OfAges(SelectionDialect dialect, QueueFilter filter, bool ofSenders)
    {
        var selection = new Selection(dialect);
        if (!ofSenders)
            return selection.Say($"SELECT r.address, m.arrived FROM message AS m {dialect.Join} recipient AS r ON r.message = m.id WHERE TRUE")
                .Messages(filter).Recipients(filter);
        selection.Say("SELECT m.sender, m.arrived FROM message AS m WHERE TRUE").Messages(filter);
        return filter.HasRecipientCriteria
            ? selection.Say(" AND m.id IN (SELECT r.message FROM recipient AS r WHERE TRUE").Recipients(filter).Say(")") : selection;
    }

    private Selection Messages(QueueFilter filter)
    {
        OneOf(filter.QueueIds.Select(id => (QueueId.TryGetMessageId(id, out var messageId) ? messageId : -1, id)).ToList(),
            "m.id = ? AND m.queue_id = ?", static (values, pair) => values.AddRange([(object)pair.Item1, pair.id]));
        OneOf(filter.MessageIds, "m.id = ?", static (values, id) => values.Add(id));
        Like(filter.Senders, "m.sender");
        Like(filter.Flows, "m.flow");
        OneOf(filter.Clients, $"{LikeOf("m.client_name")} OR {LikeOf("m.client_address")}",
            static (values, pattern) => values.AddRange([QueuePattern.ToLike(pattern), QueuePattern.ToLike(pattern)]));
        if (filter.ArrivedBefore is { } before) Say(" AND m.arrived < ?", StoredTime.From(before));
        if (filter.ArrivedFrom is { } from) Say(" AND m.arrived >= ?", StoredTime.From(from));
        if (filter.MinSize is { } min) Say(" AND m.size >= ?", min);
        if (filter.MaxSize is { } max) Say(" AND m.size <= ?", max);
        OneOf(filter.States.Select(StateCondition).Distinct().ToList());
        return this;
    }

    private static string StateCondition(QueueState state) => state switch
    {
        QueueState.Hold => "m.is_held",
        QueueState.InDoubt => "m.id IN (SELECT d.message FROM recipient AS d WHERE d.in_doubt > 0)",
        _ => "NOT m.is_held",
    };

    private Selection Recipients(QueueFilter filter)
    {
        Like(filter.Recipients, "r.address");
        Like([.. filter.Domains.Select(QueueFilter.DomainPattern)], "r.address");
        Like(filter.Transports, "r.transport");
        Like(filter.Destinations, "r.nexthop");
        OneOf(filter.Sites, $"{LikeOf("r.address")} OR {string.Join(" OR ", QueueFilter.NexthopPatterns("").Select(_ => LikeOf("r.nexthop")))}",
            static (values, site) => values.AddRange(
                [QueuePattern.ToLike(QueueFilter.DomainPattern(site)), .. QueueFilter.NexthopPatterns(site).Select(QueuePattern.ToLike)]));
        if (filter.Reason is not null) Like([filter.ReasonPattern], "r.reason");
        return this;
    }

    private void Like(IReadOnlyList<string> patterns, string column) =>
        OneOf(patterns, LikeOf(column), static (values, pattern) => values.Add(QueuePattern.ToLike(pattern)));

    private string LikeOf(string column) => $"{column} {_dialect.Like} ? ESCAPE '\\'";

    private void OneOf(List<string> conditions)
    {
        if (conditions.Count > 0) Say($" AND ({string.Join(" OR ", conditions)})");
    }

    private void OneOf<T>(IReadOnlyList<T> items, string condition, Action<List<object>, T> bind)
    {
        OneOf([.. Enumerable.Repeat($"({condition})", items.Count)]);
        foreach (var item in items) bind(_values, item);
    }

    private Selection Say(string sql, params ReadOnlySpan<long> values)
    {
        _sql.Append(sql);
        foreach (var value in values) _values.Add(value);
        return this;
    }
}
