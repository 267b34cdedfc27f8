using System.Text;
using BulkRelay.Core.Queue.Steering;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// A <see cref="QueueFilter"/> as SQL. The text is put together from constants alone; everything that the filter says is bound.
/// </summary>
internal sealed class Selection
{
    private readonly StringBuilder _sql = new();
    private readonly List<object> _values = [];

    private Selection()
    {
    }

    public string Sql => _sql.ToString();

    /// <summary>Ids of messages, ascending.</summary>
    public static Selection OfIds(QueueFilter filter, long after, int limit)
    {
        var selection = new Selection();
        if (filter.HasRecipientCriteria && !filter.HasIds)
        {
            // Rows of recipients stand in the order of their messages: one pass over the table, without sorting.
            selection.Say("SELECT DISTINCT r.message FROM recipient AS r ");
            if (filter.HasMessageCriteria || filter.States.Count > 0) selection.Say("CROSS JOIN message AS m ON m.id = r.message ");
            selection.Say("WHERE r.message > ?", after).Recipients(filter).Messages(filter).Say(" ORDER BY r.message LIMIT ?", limit);
            return selection;
        }
        selection.Say("SELECT m.id FROM message AS m WHERE m.id > ?", after).Messages(filter);
        if (filter.HasRecipientCriteria) selection.Say(" AND EXISTS (SELECT 1 FROM recipient AS r WHERE r.message = m.id").Recipients(filter).Say(")");
        selection.Say(" ORDER BY m.id LIMIT ?", limit);
        return selection;
    }

    /// <summary>Address and arrival of each recipient, or of each message's sender.</summary>
    public static Selection OfAges(QueueFilter filter, bool ofSenders)
    {
        var selection = new Selection();
        if (!ofSenders)
            return selection.Say("SELECT r.address, m.arrived FROM message AS m CROSS JOIN recipient AS r ON r.message = m.id WHERE 1")
                .Messages(filter).Recipients(filter);
        selection.Say("SELECT m.sender, m.arrived FROM message AS m WHERE 1").Messages(filter);
        return filter.HasRecipientCriteria
            ? selection.Say(" AND m.id IN (SELECT r.message FROM recipient AS r WHERE 1").Recipients(filter).Say(")") : selection;
    }

    /// <summary>Binds the values to the prepared statement.</summary>
    public SqliteStatement Bind(SqliteStatement statement)
    {
        foreach (var value in _values) _ = value is string text ? statement.Bind(text) : statement.Bind((long)value);
        return statement;
    }

    private Selection Messages(QueueFilter filter)
    {
        OneOf(filter.QueueIds.Select(id => (QueueId.TryGetMessageId(id, out var messageId) ? messageId : -1, id)).ToList(),
            "m.id = ? AND m.queue_id = ?", static (values, pair) => values.AddRange([(object)pair.Item1, pair.id]));
        OneOf(filter.MessageIds, "m.id = ?", static (values, id) => values.Add(id));
        Like(filter.Senders, "m.sender");
        Like(filter.Flows, "m.flow");
        OneOf(filter.Clients, "m.client_name LIKE ? ESCAPE '\\' OR m.client_address LIKE ? ESCAPE '\\'",
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
        QueueState.Hold => "m.is_held = 1",
        QueueState.InDoubt => "m.id IN (SELECT d.message FROM recipient AS d WHERE d.in_doubt > 0)",
        _ => "m.is_held = 0",
    };

    private Selection Recipients(QueueFilter filter)
    {
        Like(filter.Recipients, "r.address");
        Like([.. filter.Domains.Select(QueueFilter.DomainPattern)], "r.address");
        Like(filter.Transports, "r.transport");
        Like(filter.Destinations, "r.nexthop");
        if (filter.Reason is not null) Like([filter.ReasonPattern], "r.reason");
        return this;
    }

    private void Like(IReadOnlyList<string> patterns, string column) =>
        OneOf(patterns, $"{column} LIKE ? ESCAPE '\\'", static (values, pattern) => values.Add(QueuePattern.ToLike(pattern)));

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
