using BulkRelay.Core.Queue.Flows;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>Rows of the table <c>recipient</c>, in the order of its columns.</summary>
internal sealed class RecipientRows
{
    private readonly List<long> _message;
    private readonly List<int> _number;
    private readonly TextColumn _address;
    private readonly TextColumn _orcpt;
    private readonly TextColumn _notify;
    private readonly TextColumn _transport;
    private readonly TextColumn _nexthop;
    private readonly List<long> _due;
    private readonly List<int> _attempts;
    private readonly List<short> _isHeld;
    private readonly List<long> _flow;
    private readonly List<int> _status;
    private readonly TextColumn _reason;
    private readonly List<int> _inDoubt;

    public RecipientRows()
    {
        _message = Columns.Bigint();
        _number = Columns.Integer();
        _address = Columns.Text();
        _orcpt = Columns.Text();
        _notify = Columns.Text();
        _transport = Columns.Text();
        _nexthop = Columns.Text();
        _due = Columns.Bigint();
        _attempts = Columns.Integer();
        _isHeld = Columns.Smallint();
        _flow = Columns.Bigint();
        _status = Columns.Integer();
        _reason = Columns.Text();
        _inDoubt = Columns.Integer();
    }

    public Columns Columns { get; } = new();

    public void Add(MessageEnvelope envelope, QueuedRecipient recipient)
    {
        _message.Add(envelope.Id);
        _number.Add(recipient.Number);
        _address.Add(recipient.Address);
        _orcpt.Add(recipient.Orcpt);
        _notify.Add(recipient.Notify);
        _transport.Add(recipient.Destination.Transport);
        _nexthop.Add(recipient.Destination.Nexthop);
        _due.Add(StoredTime.From(recipient.Due));
        _attempts.Add(recipient.Attempts);
        _isHeld.Add(envelope.IsHeld ? (short)1 : (short)0);
        _flow.Add(FlowKey.Of(envelope));
        _status.Add(StoredStatus.From(recipient.Status));
        _reason.Add(StoredText.From(recipient.Reason));
        _inDoubt.Add(recipient.InDoubt);
    }
}
