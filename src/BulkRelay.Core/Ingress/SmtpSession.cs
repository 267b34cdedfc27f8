using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Cleanup;
using BulkRelay.Core.Ingress.Commands;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// One SMTP session from connect to disconnect (RFC 5321; Postfix: smtpd(8)): reads commands, has them served, counts errors, and sends the
/// replies of a group together. All of it runs as one asynchronous method; only <see cref="RequestStop"/> and <see cref="Abort"/> may
/// come from elsewhere.
/// </summary>
internal sealed class SmtpSession : IDisposable
{
    private const int MaxLogged = 100;

    private static readonly Reply LineTooLong = new("500 5.5.2 Error: line too long");
    private static readonly Reply BadUtf8 = new("500 5.5.2 Error: bad UTF-8 syntax");
    private static readonly Reply BadSyntax = new("500 5.5.2 Error: bad syntax");
    private static readonly Reply NotRecognized = new("500 5.5.2 Error: command not recognized");
    private static readonly Reply BreakRules = new("221 2.7.0 Error: I can break rules, too. Goodbye.");
    private static readonly Reply Synchronization = new("554 5.5.0 Error: SMTP protocol synchronization");

    private readonly SessionStatistics _statistics = new();
    private int _errors;
    private int _junk;
    private bool _isClosing;
    private bool? _isLocalHeaderClient;

    public SmtpSession(Socket socket, SmtpdPolicy policy, IngressServices services, ServiceLog log, ServiceLog cleanupLog)
    {
        Policy = policy;
        Services = services;
        Log = log;
        CleanupLog = cleanupLog;
        Link = new SessionLink(socket, services.Time, policy.Snapshot.Get(SmtpdParameters.Timeout), policy.Snapshot.Get(CleanupParameters.LineLengthLimit));
        Client = new Client(SessionLink.PeerOf(socket), Client.UnknownName);
        Access = new AccessRequest(Client);
        Content = new MessageBuilder(services.ContentMemory);
        BareNewline = policy.BareNewline;
    }

    /// <summary>The configuration that the session began with.</summary>
    public SmtpdPolicy Policy { get; }

    /// <summary>The rest of the relay.</summary>
    public IngressServices Services { get; }

    /// <summary>The log of smtpd.</summary>
    public ServiceLog Log { get; }

    /// <summary>The log of cleanup.</summary>
    public ServiceLog CleanupLog { get; }

    /// <summary>The connection.</summary>
    public SessionLink Link { get; }

    /// <summary>The peer.</summary>
    public Client Client { get; private set; }

    /// <summary>What restrictions know.</summary>
    public AccessRequest Access { get; private set; }

    /// <summary>Where content is collected.</summary>
    public MessageBuilder Content { get; }

    /// <summary>What bare line feeds of this client mean.</summary>
    public BareNewline BareNewline { get; private set; }

    /// <summary>The transaction under way, or null.</summary>
    public Transaction? Transaction { get; private set; }

    /// <summary>What the session is at, for the log: the last command, or <c>END-OF-MESSAGE</c>.</summary>
    public string Where { get; set; } = "CONNECT";

    /// <summary>True once the client sent a bare LF where that is to be noted.</summary>
    public bool HasBareNewline { get; set; }

    /// <summary>Cancelled when the session ends early.</summary>
    public CancellationToken Interrupted => Link.Interrupted;

    /// <summary>Serves the client until it goes or is sent away.</summary>
    public async Task RunAsync()
    {
        await IdentifyClientAsync();
        Log.Info($"connect from {Client.NameAndAddress}");
        try
        {
            // A client that talks before it is greeted does not listen either.
            if (Policy.ForbidsUnauthPipelining && Link.HasPendingInput) await RefusePipeliningAsync("CONNECT");
            else Link.Output.Add(Policy.Greetings.Banner);
            while (!_isClosing && Link.State == LinkState.Open) await ServeNextAsync();
            await EndAsync();
        }
        finally
        {
            Log.Info($"disconnect from {Client.NameAndAddress} {_statistics.ToString()}{(HasBareNewline ? " notes=bare_lf" : "")}");
        }
    }

    /// <summary>Ends the session once no transaction is under way.</summary>
    public void RequestStop() => Link.RequestStop();

    /// <summary>Breaks the connection.</summary>
    public void Abort() => Link.Abort();

    /// <summary>The next reply is the last one.</summary>
    public void CloseAfterReply() => _isClosing = true;

    /// <summary>MAIL was accepted.</summary>
    public void BeginTransaction(string sender, in MailParameters parameters)
    {
        Transaction = new Transaction
        {
            Sender = sender,
            Parameters = parameters,
            Arrived = Services.Time.GetUtcNow(),
            HeloName = Access.HeloName,
            Protocol = Access.Protocol,
        };
        Access.Sender = sender;
    }

    /// <summary>The first recipient was accepted: the message gets its name.</summary>
    public void OpenMessage(Transaction transaction)
    {
        transaction.MessageId = Services.NextMessageId();
        transaction.QueueId = QueueId.Format(transaction.Arrived, transaction.MessageId, Policy.LongQueueIds);
        Log.Info($"{transaction.QueueId}: client={Client.NameAndAddress}");
    }

    /// <summary>Takes room for the content of the transaction. False if there is none now.</summary>
    public bool TryBeginContent(Transaction transaction) =>
        Content.TryBegin(Policy.Headers, Policy.MessageSizeLimit, Policy.ContentMemoryLimit, transaction.Parameters.Size);

    /// <summary>Whether this client's mail gets the headers that it lacks.</summary>
    public async ValueTask<bool> IsLocalHeaderClientAsync() =>
        _isLocalHeaderClient ??= (await Policy.Access.LocalHeaderRewriteClients.CheckAsync(Access, Interrupted)).IsPermit;

    /// <summary>The transaction is over, whatever became of it.</summary>
    public void ResetTransaction()
    {
        Transaction = null;
        Access.Sender = null;
        Access.Recipient = null;
        Content.Discard();
    }

    /// <summary>A message was delivered into the queue: earlier errors are forgiven.</summary>
    public void ForgiveErrors() => _errors = _junk = 0;

    /// <summary>Logs a refusal and gives the reply.</summary>
    public Reply Refuse(string where, in Verdict verdict)
    {
        if (verdict.Reason.Length > 0) Log.Warning($"{verdict.Reason}");
        var id = Transaction is { QueueId.Length: > 0 } transaction ? transaction.QueueId : "NOQUEUE";
        Log.Info($"{id}: reject: {where} from {Client.NameAndAddress}: {verdict.Refusal!.Text};{Circumstances()}");
        return verdict.Refusal;
    }

    public void Dispose()
    {
        Content.Discard();
        Link.Dispose();
    }

    private string Circumstances()
    {
        var text = new StringBuilder();
        if (Access.Sender is { } sender) text.Append(" from=<").Append(sender).Append('>');
        if (Access.Recipient is not null) text.Append(" to=<").Append(Access.RecipientAsGiven.Text).Append('>');
        text.Append(" proto=").Append(Access.Protocol);
        if (Access.HeloName.Length > 0) text.Append(" helo=<").Append(Access.HeloName).Append('>');
        return text.ToString();
    }

    private async ValueTask IdentifyClientAsync()
    {
        if (Policy.Snapshot.Get(SmtpdParameters.PeernameLookup))
        {
            Client = new Client(Client.Address, await Services.LookUpName(Client.Address, Interrupted));
            Access = new AccessRequest(Client);
        }
        if (BareNewline != BareNewline.Reject) return;
        var excluded = await Policy.BareNewlineExclusions.MatchAsync(Client.Name, Client.Address, Interrupted);
        if (excluded.IsMatch) BareNewline = BareNewline.Normalize;
    }

    private async ValueTask ServeNextAsync()
    {
        if (_errors >= Policy.HardErrorLimit)
        {
            Link.Output.Add(Policy.Greetings.TooManyErrors);
            LogEnd("too many errors");
            _isClosing = true;
            return;
        }
        switch (Link.Input.TryReadLine(out var line, out var isBareNewline))
        {
            case LineRead.NeedMore:
                await Link.FillAsync(isIdle: Transaction is null);
                break;
            case LineRead.Line when isBareNewline && !AcceptsBareNewline(line):
                break;
            case LineRead.Line:
                await ServeLineAsync(line);
                break;
            case LineRead.TooLong:
                await AnswerUnknownAsync(LineTooLong);
                break;
            case LineRead.Endless:
                CloseAfterReply();
                await AnswerUnknownAsync(LineTooLong);
                break;
        }
    }

    private bool AcceptsBareNewline(ReadOnlyMemory<byte> line)
    {
        HasBareNewline |= BareNewline == BareNewline.Note;
        if (BareNewline != BareNewline.Reject) return true;
        Link.Output.Add(Refuse(SmtpCommands.NameOf(new CommandLine(line.Span).Verb), Verdict.Refuse(BareNewlineRefusal())));
        _isClosing = true;
        return false;
    }

    /// <summary>The reply to a bare LF where that is rejected.</summary>
    public Reply BareNewlineRefusal() =>
        RestrictionSetup.Reply(Policy.Snapshot.Get(SmtpdParameters.ForbidBareNewlineRejectCode), "5.5.2", $"{Policy.Hostname} Error: bare <LF> received");

    private ValueTask ServeLineAsync(ReadOnlyMemory<byte> line)
    {
        var octets = line.Span;
        if (octets.Contains((byte)0)) return AnswerUnknownAsync(BadSyntax);
        if (!Utf8.IsValid(octets)) return AnswerUnknownAsync(BadUtf8);
        var parsed = new CommandLine(octets);
        if (parsed.Verb.IsEmpty) return AnswerUnknownAsync(BadSyntax);
        var number = SmtpCommands.Find(parsed.Verb);
        if (number < 0) return AnswerForeignAsync(line);
        octets.Overlaps(parsed.Argument, out var offset);
        return RunCommandAsync(number, parsed.Argument.IsEmpty ? default : line.Slice(offset, parsed.Argument.Length));
    }

    private async ValueTask RunCommandAsync(int number, ReadOnlyMemory<byte> argument)
    {
        var command = SmtpCommands.All[number];
        Where = command.Verb;
        if (MustWaitAfter(command) && Policy.ForbidsUnauthPipelining && Link.HasPendingInput)
        {
            _statistics.Count(number, isError: true);
            await RefusePipeliningAsync(command.Verb);
            return;
        }
        var outcome = await command.Handler(this, argument);
        _statistics.Count(number, outcome.IsError);
        if (outcome.IsError) _errors++;
        if (command.Flags.HasFlag(CommandFlags.Junk) && _junk++ > Policy.JunkCommandLimit) _errors++;
        if (outcome.Reply is not null) await AnswerAsync(outcome.Reply);
    }

    private bool MustWaitAfter(SmtpCommand command) => command.Flags.HasFlag(CommandFlags.EndsGroup) || Access.Protocol != "ESMTP"
        || !Policy.Greetings.Extensions.HasFlag(OfferedExtensions.Pipelining);

    private async ValueTask RefusePipeliningAsync(string after)
    {
        if (Link.Input.IsEmpty) await Link.FillAsync(isIdle: false);
        var unread = Link.Input.Unread.ToArray();
        Log.Info($"improper command pipelining after {after} from {Client.NameAndAddress}: {Escape(unread)}");
        Link.Output.Add(Synchronization);
        _isClosing = true;
    }

    private static string Escape(ReadOnlySpan<byte> octets)
    {
        var text = Encoding.UTF8.GetString(octets[..Math.Min(octets.Length, MaxLogged)]);
        return text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
    }

    /// <summary>A command that is not of this protocol: another protocol's, a line of a message, or just unknown.</summary>
    private async ValueTask AnswerForeignAsync(ReadOnlyMemory<byte> line)
    {
        var text = Encoding.UTF8.GetString(line.Span);
        var verb = Encoding.UTF8.GetString(new CommandLine(line.Span).Verb);
        var isForbidden = LooksLikeHeader(verb) || (await Policy.ForbiddenCommands.MatchAsync(verb, Interrupted)).IsMatch;
        if (isForbidden) Log.Warning($"non-SMTP command from {Client.NameAndAddress}: {text[..Math.Min(text.Length, MaxLogged)]}");
        await AnswerUnknownAsync(isForbidden ? BreakRules : NotRecognized);
    }

    private static bool LooksLikeHeader(string verb) => verb.IndexOf(':', StringComparison.Ordinal) > 0;

    private ValueTask AnswerUnknownAsync(Reply reply)
    {
        Where = "UNKNOWN";
        _statistics.Count(-1, isError: true);
        _errors++;
        return AnswerAsync(reply);
    }

    private async ValueTask AnswerAsync(Reply reply)
    {
        if (_errors >= Policy.SoftErrorLimit && Policy.ErrorSleepTime > TimeSpan.Zero) await Link.PauseAsync(Policy.ErrorSleepTime);
        Link.Output.Add(reply);
        if (reply.Code is 221 or 421 or 521) _isClosing = true;
    }

    private async ValueTask EndAsync()
    {
        switch (Link.State)
        {
            case LinkState.TimedOut:
                Link.Output.Add(Policy.Greetings.TimedOut);
                LogEnd("timeout");
                break;
            case LinkState.Lost:
                if (Where != EndOfMessage.Name) LogEnd("lost connection");
                return;
            case LinkState.Stopped:
                Link.Output.Add(Policy.Greetings.Stopping);
                break;
        }
        await Link.CloseAsync();
    }

    private void LogEnd(string reason) => Log.Info($"{reason} after {Where} from {Client.NameAndAddress}");
}
