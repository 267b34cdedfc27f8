namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>Rows of the table <c>message</c>, in the order of its columns.</summary>
internal sealed class MessageRows
{
    private readonly List<long> _id;
    private readonly TextColumn _queueId;
    private readonly List<long> _arrived;
    private readonly TextColumn _sender;
    private readonly List<long> _size;
    private readonly List<bool> _is8Bit;
    private readonly List<bool> _isSmtpUtf8;
    private readonly List<bool> _isHeld;
    private readonly TextColumn _ret;
    private readonly TextColumn _envid;
    private readonly TextColumn _clientName;
    private readonly TextColumn _clientAddress;
    private readonly TextColumn _heloName;
    private readonly TextColumn _protocol;
    private readonly TextColumn _saslLogin;
    private readonly TextColumn _flow;
    private readonly List<short> _priority;
    private readonly List<bool> _isExpired;
    private readonly List<long> _warnAt;
    private readonly List<bool> _isWarned;
    private readonly List<short> _trace;
    private readonly TextColumn _verp;
    private readonly TextColumn _filter;

    public MessageRows()
    {
        _id = Columns.Bigint();
        _queueId = Columns.Text();
        _arrived = Columns.Bigint();
        _sender = Columns.Text();
        _size = Columns.Bigint();
        _is8Bit = Columns.Boolean();
        _isSmtpUtf8 = Columns.Boolean();
        _isHeld = Columns.Boolean();
        _ret = Columns.Text();
        _envid = Columns.Text();
        _clientName = Columns.Text();
        _clientAddress = Columns.Text();
        _heloName = Columns.Text();
        _protocol = Columns.Text();
        _saslLogin = Columns.Text();
        _flow = Columns.Text();
        _priority = Columns.Smallint();
        _isExpired = Columns.Boolean();
        _warnAt = Columns.Bigint();
        _isWarned = Columns.Boolean();
        _trace = Columns.Smallint();
        _verp = Columns.Text();
        _filter = Columns.Text();
    }

    public Columns Columns { get; } = new();

    public int Count => _id.Count;

    public void Add(MessageEnvelope envelope)
    {
        _id.Add(envelope.Id);
        _queueId.Add(envelope.QueueId);
        _arrived.Add(StoredTime.From(envelope.Arrived));
        _sender.Add(envelope.Sender);
        _size.Add(envelope.Size);
        _is8Bit.Add(envelope.Is8Bit);
        _isSmtpUtf8.Add(envelope.IsSmtpUtf8);
        _isHeld.Add(envelope.IsHeld);
        _ret.Add(envelope.Ret);
        _envid.Add(envelope.Envid);
        _clientName.Add(envelope.ClientName);
        _clientAddress.Add(envelope.ClientAddress);
        _heloName.Add(envelope.HeloName);
        _protocol.Add(envelope.Protocol);
        _saslLogin.Add(envelope.SaslLogin);
        _flow.Add(envelope.Flow);
        _priority.Add((short)envelope.Priority);
        _isExpired.Add(envelope.IsExpired);
        _warnAt.Add(envelope.WarnAt is { } warnAt ? StoredTime.From(warnAt) : 0);
        _isWarned.Add(envelope.IsWarned);
        _trace.Add((short)envelope.Trace);
        _verp.Add(envelope.Verp);
        _filter.Add(envelope.Filter);
    }
}
