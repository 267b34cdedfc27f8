using System.Globalization;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>
/// One mail transaction on a session: MAIL, RCPT for each open recipient, DATA, content (RFC 5321 section 3.3). With PIPELINING
/// (RFC 2920) the whole envelope and DATA go out in one write; replies are matched to commands by their order. A probe
/// (<see cref="DeliveryTrace.Verify"/>) ends with the replies to RCPT.
/// <para>
/// The line between "lost" and "in doubt" is the write that ends with the final dot: once the system has taken all of it and
/// no complete reply has come back, the server may have the message.
/// </para>
/// </summary>
internal sealed class SmtpTransaction(
    SmtpSession session, DeliveryRequest request, RecipientLedger ledger, int[] open, SmtpClientOptions options)
{
    private const string MessageBody = "sending message body";
    private const string EndOfData = "sending end of data -- message may be sent more than once";

    private readonly SmtpConnection _connection = session.Connection;
    private readonly bool _isReused = session.Uses > 0;
    private readonly bool _isProbe = request.Entry.Message.Trace == DeliveryTrace.Verify;
    private int _received;
    private int _accepted;
    private bool _isMailRefused;
    private bool _isDotSent;
    private ReceivedReply? _dataReply;
    private string _stage = "sending MAIL FROM";

    /// <summary>Octets of the content that had to be replaced on the way out: the stored content was not canonical.</summary>
    public int Replaced { get; private set; }

    /// <summary>True once a line of the content had to be broken on the way out.</summary>
    public bool HasBrokenLine { get; private set; }

    /// <summary>
    /// Runs the transaction and enters its results. False if a reused connection turned out to be dead before the message was
    /// sent: nothing has happened then, and the message is to be sent on a fresh connection.
    /// </summary>
    public async Task<bool> RunAsync()
    {
        try
        {
            session.Uses++;
            await SendEnvelopeAsync();
            if (_dataReply is { Class: 3 }) await SendDataAsync();
            ledger.HasCompletedSession = true;
            return true;
        }
        catch (ConnectionFaultException e)
        {
            session.Abandon();
            if (_isReused && !_isDotSent && (e.Fault == ConnectionFault.Lost || _received == 0)) return false;
            var trouble = Trouble.Broken(session.Peer, e.Fault, _stage);
            if (_isDotSent && _accepted > 0) ledger.Doubt(trouble);
            else ledger.RefuseOpen(trouble);
            return true;
        }
    }

    private int DataIndex => open.Length + 1;

    /// <summary>Sends commands 0 (MAIL), 1 to n (RCPT) and n+1 (DATA), and reads their replies.</summary>
    private async Task SendEnvelopeAsync()
    {
        if (_connection.HasUnreadReply) throw new ConnectionFaultException(ConnectionFault.Protocol, "a reply to nothing");
        if (session.NeedsReset) await ResetAsync();
        var isPipelined = session.Server.Offers(SmtpExtensions.Pipelining);
        for (var index = 0; index <= DataIndex; index++)
        {
            if (index > 0 && (!isPipelined || _connection.Output.Length > ConnectionOutput.Size / 2)) await ReceiveAsync(index);
            if (_isMailRefused && _received == index) return;
            if (index == DataIndex && _received == index && _accepted == 0) return;
            if (index == DataIndex && _isProbe)
            {
                await ReceiveAsync(index);
                return;
            }
            Write(index);
        }
        await ReceiveAsync(DataIndex + 1);
    }

    private void Write(int index)
    {
        var output = _connection.Output;
        if (index == 0) WriteMail();
        else if (index == DataIndex) CommandWriter.Write(output, "DATA");
        else WriteRcpt(ledger[open[index - 1]]);
    }

    private void WriteMail()
    {
        var (message, server) = (request.Entry.Message, session.Server);
        var isDsn = server.Offers(SmtpExtensions.Dsn);
        CommandWriter.Write(_connection.Output, "MAIL FROM:<", VerpSender.For(message, ledger[open[0]]), ">",
            server.Offers(SmtpExtensions.Size) ? " SIZE=" : "",
            server.Offers(SmtpExtensions.Size) ? request.Content.Length.ToString(CultureInfo.InvariantCulture) : "",
            message.Is8Bit && server.Offers(SmtpExtensions.EightBitMime) ? " BODY=8BITMIME" : "",
            isDsn && message.Envid.Length > 0 ? " ENVID=" : "", isDsn ? message.Envid : "",
            isDsn && message.Ret.Length > 0 ? " RET=" : "", isDsn ? message.Ret : "",
            message.IsSmtpUtf8 && server.Offers(SmtpExtensions.SmtpUtf8) ? " SMTPUTF8" : "",
            session.IsSignedIn && options.SendsDummyMailAuth ? " AUTH=<>" : "");
    }

    private void WriteRcpt(QueuedRecipient recipient)
    {
        var isDsn = session.Server.Offers(SmtpExtensions.Dsn);
        // RFC 3461 section 5.2.1: where the sender named no original recipient, it is the one that he gave.
        var isOriginal = recipient.Orcpt.Length == 0;
        CommandWriter.Write(_connection.Output, "RCPT TO:<", recipient.Address, ">",
            !isDsn ? "" : isOriginal ? " ORCPT=rfc822;" : " ORCPT=", !isDsn ? "" : isOriginal ? Xtext.Encode(recipient.Address) : recipient.Orcpt,
            isDsn && recipient.Notify.Length > 0 ? " NOTIFY=" : "", isDsn ? recipient.Notify : "");
    }

    /// <summary>Reads replies until those to the first <paramref name="count"/> commands are in.</summary>
    private async Task ReceiveAsync(int count)
    {
        for (; _received < count; _received++)
        {
            (_stage, var timeout) = _received == 0 ? ("sending MAIL FROM", options.MailTimeout)
                : _received == DataIndex ? ("sending DATA command", options.DataInitTimeout)
                : ("sending RCPT TO", options.RcptTimeout);
            await _connection.FlushAsync(timeout);
            OnReply(_received, await _connection.ReadReplyAsync(timeout));
        }
    }

    private void OnReply(int index, ReceivedReply reply)
    {
        if (reply.Code == 421) session.IsSpent = true;
        if (index == 0) OnMailReply(reply);
        else if (index == DataIndex) OnDataReply(reply);
        else if (!_isMailRefused) OnRcptReply(open[index - 1], reply);
    }

    private void OnMailReply(ReceivedReply reply)
    {
        session.NeedsReset = true;
        if (reply.Class == 2) return;
        if (reply.Code == 421 && _isReused) throw new ConnectionFaultException(ConnectionFault.Lost, "closed while it was kept");
        _isMailRefused = true;
        session.NeedsReset = false;
        ledger.RefuseOpen(Trouble.Said(session.Peer, reply, "MAIL FROM command"));
    }

    private void OnRcptReply(int recipient, ReceivedReply reply)
    {
        if (reply.Class == 2)
        {
            _accepted++;
            if (_isProbe) ledger.Accept(recipient, session, reply);
            return;
        }
        var trouble = Trouble.Said(session.Peer, reply, "RCPT TO command");
        // RFC 5321 section 4.5.3.1.10: old servers say 552 for "too many recipients". One that says more precisely what it means is
        // taken at its word.
        if (reply is { Code: 552, EnhancedStatus: null }) trouble = trouble with { Status = new EnhancedStatus(4, 5, 3) };
        ledger.Refuse(recipient, trouble);
    }

    private void OnDataReply(ReceivedReply reply)
    {
        _dataReply = reply;
        if (reply.Class == 3) return;
        if (reply.Class == 2) session.IsSpent = true;
        if (_accepted > 0 && !_isMailRefused) ledger.RefuseOpen(Trouble.Said(session.Peer, reply, "DATA command"));
    }

    private async Task SendDataAsync()
    {
        if (_isMailRefused || _accepted == 0) await SendLoneDotAsync();
        else await SendContentAsync();
    }

    /// <summary>
    /// RFC 2920 section 3.1: a server that says 354 though it has no recipient gets an empty message; its reply means nothing.
    /// </summary>
    private async Task SendLoneDotAsync()
    {
        _stage = "sending end of data";
        CommandWriter.Write(_connection.Output, ".");
        await _connection.FlushAsync(options.DataDoneTimeout);
        await _connection.ReadReplyAsync(options.DataDoneTimeout);
        session.NeedsReset = false;
    }

    private async Task SendContentAsync()
    {
        _stage = MessageBody;
        if (await TrySendContentAsync() is { } early)
        {
            session.Abandon();
            ledger.RefuseOpen(Trouble.Said(session.Peer, early, "end of DATA command"));
            return;
        }
        _isDotSent = true;
        _stage = EndOfData;
        var reply = await _connection.ReadReplyAsync(options.DataDoneTimeout);
        session.NeedsReset = false;
        if (reply.Code == 421 || reply.Class == 3) session.IsSpent = true;
        if (reply.Class == 2) ledger.Deliver(session, reply);
        else ledger.RefuseOpen(Trouble.Said(session.Peer, reply, "end of DATA command"));
    }

    /// <summary>
    /// Sends content and final dot. A reply that comes before the dot has left is never one to it: a refusal is returned (a server may
    /// give up on a message that it does not want, and close), anything else breaks the protocol.
    /// </summary>
    private async Task<ReceivedReply?> TrySendContentAsync()
    {
        var writer = new DataWriter(request.Content.Segments, options.LineLengthLimit);
        try
        {
            while (writer.TryNext(out var piece)) await _connection.WriteAsync(piece, options.DataXferTimeout);
            if (!_connection.HasInput)
            {
                await _connection.FlushAsync(options.DataXferTimeout);
                return null;
            }
        }
        catch (ConnectionFaultException e) when (e.Fault == ConnectionFault.Lost)
        {
            // The server may have said why.
        }
        finally
        {
            (Replaced, HasBrokenLine) = (writer.Replaced, writer.HasBrokenLine);
        }
        var reply = await _connection.ReadReplyAsync(options.DataDoneTimeout);
        return reply.Class is 4 or 5 ? reply : throw new ConnectionFaultException(ConnectionFault.Protocol, "a reply before the final dot");
    }

    /// <summary>
    /// Clears an envelope that an earlier transaction left behind. A session where that does not work is as good as lost.
    /// </summary>
    private async Task ResetAsync()
    {
        CommandWriter.Write(_connection.Output, "RSET");
        await _connection.FlushAsync(options.RsetTimeout);
        var reply = await _connection.ReadReplyAsync(options.RsetTimeout);
        if (reply.Class != 2) throw new ConnectionFaultException(ConnectionFault.Lost, "RSET refused");
        session.NeedsReset = false;
    }
}
