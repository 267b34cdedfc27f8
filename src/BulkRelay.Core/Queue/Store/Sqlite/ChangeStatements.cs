namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>What operators do to messages, as statements of the writer. Each call is a part of the open transaction.</summary>
internal sealed class ChangeStatements
{
    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _isHeld;
    private readonly SqliteStatement _holdMessage;
    private readonly SqliteStatement _holdRecipients;
    private readonly SqliteStatement _expireMessage;
    private readonly SqliteStatement _expireRecipients;
    private readonly SqliteStatement _makeDue;
    private readonly SqliteStatement _renewMessage;
    private readonly SqliteStatement _renewRecipients;
    private readonly SqliteStatement _destinations;
    private readonly SqliteStatement _park;
    private readonly SqliteStatement _unpark;
    private readonly SqliteStatement _parked;
    private readonly SqliteStatement _freeze;
    private readonly SqliteStatement _unfreeze;

    public ChangeStatements(SqliteDatabase database, NamedStatements statements)
    {
        _database = database;
        _isHeld = database.Prepare(statements, "is_held");
        _holdMessage = database.Prepare(statements, "hold_message");
        _holdRecipients = database.Prepare(statements, "hold_recipients");
        _expireMessage = database.Prepare(statements, "expire_message");
        _expireRecipients = database.Prepare(statements, "expire_recipients");
        _makeDue = database.Prepare(statements, "make_due");
        _renewMessage = database.Prepare(statements, "renew_message");
        _renewRecipients = database.Prepare(statements, "renew_recipients");
        _destinations = database.Prepare(statements, "destinations");
        _park = database.Prepare(statements, "park_recipient");
        _unpark = database.Prepare(statements, "unpark_recipient");
        _parked = database.Prepare(statements, "parked");
        _freeze = database.Prepare(statements, "freeze");
        _unfreeze = database.Prepare(statements, "unfreeze");
    }

    /// <summary>Makes a change but a deletion; false if the message is not there or is that way already.</summary>
    public bool Apply(QueueChange change, long messageId, DateTimeOffset now, HashSet<DestinationKey> due)
    {
        var isChanged = change switch
        {
            QueueChange.Hold => SetHeld(messageId, true),
            QueueChange.Release => SetHeld(messageId, false) && MakeDue(messageId, now),
            QueueChange.Expire => Expire(messageId, now),
            QueueChange.Retry => IsFree(messageId) && MakeDue(messageId, now),
            QueueChange.Requeue => Renew(messageId, now),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "deleted elsewhere"),
        };
        if (isChanged && change != QueueChange.Hold) AddDestinations(messageId, due);
        return isChanged;
    }

    public void Hold(long messageId) => SetHeld(messageId, true);

    public void Park(long messageId, IReadOnlyList<int> numbers)
    {
        foreach (var number in numbers) _park.Bind(messageId).Bind(number).Run();
    }

    public QueueUnparked Unpark(int limit)
    {
        var found = new List<(long Message, int Number)>();
        var destinations = new HashSet<DestinationKey>();
        _parked.Bind(limit);
        while (_parked.Step())
        {
            found.Add((_parked.Int64(0), _parked.Int32(1)));
            destinations.Add(new DestinationKey(_parked.Text(2), _parked.Text(3)));
        }
        foreach (var (message, number) in found) _unpark.Bind(message).Bind(number).Run();
        return new QueueUnparked(found.Count, [.. destinations]);
    }

    public void Freeze(QueueFreeze freeze) => _freeze.Bind((int)freeze.Scope).Bind(freeze.Name).Bind(freeze.Reason)
        .Bind(StoredTime.From(freeze.Since)).Bind(freeze.Until is { } until ? StoredTime.From(until) : 0).Run();

    public bool Unfreeze(FreezeScope scope, string name)
    {
        _unfreeze.Bind((int)scope).Bind(name).Run();
        return _database.Changes > 0;
    }

    private bool SetHeld(long messageId, bool isHeld)
    {
        _holdMessage.Bind(isHeld).Bind(messageId).Run();
        if (_database.Changes == 0) return false;
        _holdRecipients.Bind(isHeld).Bind(messageId).Run();
        return true;
    }

    private bool Expire(long messageId, DateTimeOffset now)
    {
        _expireMessage.Bind(messageId).Run();
        if (_database.Changes == 0) return false;
        _expireRecipients.Bind(DestinationKey.Expired.Transport).Bind(DestinationKey.Expired.Nexthop).Bind(StoredTime.From(now)).Bind(messageId).Run();
        return true;
    }

    private bool IsFree(long messageId)
    {
        var isFree = _isHeld.Bind(messageId).Step() && !_isHeld.Bool(0);
        _isHeld.Reset();
        return isFree;
    }

    private bool MakeDue(long messageId, DateTimeOffset now)
    {
        _makeDue.Bind(StoredTime.From(now)).Bind(messageId).Run();
        return true;
    }

    private bool Renew(long messageId, DateTimeOffset now)
    {
        _renewMessage.Bind(StoredTime.From(now)).Bind(messageId).Run();
        if (_database.Changes == 0) return false;
        _renewRecipients.Bind(StoredTime.From(now)).Bind(messageId).Run();
        return true;
    }

    private void AddDestinations(long messageId, HashSet<DestinationKey> due)
    {
        _destinations.Bind(messageId);
        while (_destinations.Step()) due.Add(new DestinationKey(_destinations.Text(0), _destinations.Text(1)));
    }
}
