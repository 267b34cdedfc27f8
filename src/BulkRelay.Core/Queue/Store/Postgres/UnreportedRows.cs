using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>What one transaction keeps to be reported, and what it forgets because it is reported.</summary>
internal sealed class UnreportedRows
{
    private readonly Columns _add = new();
    private readonly List<long> _message;
    private readonly List<short> _kind;
    private readonly List<int> _number;
    private readonly TextColumn _address;
    private readonly TextColumn _orcpt;
    private readonly TextColumn _notify;
    private readonly List<short> _action;
    private readonly List<int> _status;
    private readonly TextColumn _reason;
    private readonly TextColumn _diagnosticCode;
    private readonly TextColumn _remoteMta;
    private readonly TextColumn _relay;
    private readonly List<bool> _isRelayed;
    private readonly Columns _delete = new();
    private readonly List<long> _reportedMessage;
    private readonly List<short> _reportedKind;
    private readonly List<int> _reportedNumber;
    private readonly NpgsqlBatchCommand _addCommand;
    private readonly NpgsqlBatchCommand _deleteCommand;

    public UnreportedRows(NamedStatements statements)
    {
        _message = _add.Bigint();
        _kind = _add.Smallint();
        _number = _add.Integer();
        _address = _add.Text();
        _orcpt = _add.Text();
        _notify = _add.Text();
        _action = _add.Smallint();
        _status = _add.Integer();
        _reason = _add.Text();
        _diagnosticCode = _add.Text();
        _remoteMta = _add.Text();
        _relay = _add.Text();
        _isRelayed = _add.Boolean();
        _reportedMessage = _delete.Bigint();
        _reportedKind = _delete.Smallint();
        _reportedNumber = _delete.Integer();
        _addCommand = _add.Command(statements["add_unreported"]);
        _deleteCommand = _delete.Command(statements["delete_reported"]);
    }

    public void Add(long messageId, UnreportedOutcome unreported)
    {
        var (outcome, recipient) = (unreported.Outcome, unreported.Outcome.Recipient);
        _message.Add(messageId);
        _kind.Add((short)unreported.Kind);
        _number.Add(recipient.Number);
        _address.Add(recipient.Address);
        _orcpt.Add(recipient.Orcpt);
        _notify.Add(recipient.Notify);
        _action.Add((short)outcome.Action);
        _status.Add(StoredStatus.From(outcome.Status));
        _reason.Add(StoredText.From(outcome.Reason));
        _diagnosticCode.Add(StoredText.From(outcome.DiagnosticCode));
        _remoteMta.Add(StoredText.From(outcome.RemoteMta));
        _relay.Add(StoredText.From(outcome.Relay));
        _isRelayed.Add(outcome.IsRelayed);
    }

    public void Reported(long messageId, UnreportedOutcome reported)
    {
        _reportedMessage.Add(messageId);
        _reportedKind.Add((short)reported.Kind);
        _reportedNumber.Add(reported.Outcome.Recipient.Number);
    }

    /// <summary>Puts the statements into the batch, if there is anything to change.</summary>
    public void AppendTo(NpgsqlBatch batch)
    {
        if (_message.Count > 0) batch.BatchCommands.Add(_addCommand);
        if (_reportedMessage.Count > 0) batch.BatchCommands.Add(_deleteCommand);
    }

    public void Clear()
    {
        _add.Clear();
        _delete.Clear();
    }
}
