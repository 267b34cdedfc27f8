using System.Net;
using System.Net.Sockets;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Ingress.Cleanup;
using BulkRelay.Core.Ingress.Limits;
using BulkRelay.Core.Ingress.Proxying;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Core.Ingress.Sasl;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Tls;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// The state of one SMTP session and what its commands do to it. Belongs to the one asynchronous method that serves the client
/// (<see cref="SmtpDialogue"/>); only <see cref="RequestStop"/> and <see cref="Abort"/> may come from elsewhere.
/// </summary>
internal sealed class SmtpSession : IDisposable
{
    private readonly Socket _socket;
    private bool _isClaimed;
    private bool? _isLocalHeaderClient;
    private bool? _maySetPriority;
    private SmtpExtensions _withheld;

    public SmtpSession(Socket socket, SmtpdPolicy policy, IngressServices services, ServiceLog log, ServiceLog cleanupLog)
    {
        _socket = socket;
        Policy = policy;
        Greetings = policy.Greetings;
        Services = services;
        Log = log;
        CleanupLog = cleanupLog;
        if ((policy.NotifyClasses & NotifyClasses.Transcripts) != 0) Transcript = new SessionTranscript(policy.NotifyClasses);
        Link = new SessionLink(socket, services.Time, policy, Transcript);
        var peer = SessionLink.AddressOf(socket.RemoteEndPoint);
        Client = new Client(peer.Address, Client.UnknownName) { Port = peer.Port };
        Access = NewAccess(SessionLink.AddressOf(socket.LocalEndPoint));
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

    /// <summary>How this client is greeted.</summary>
    public Greetings Greetings { get; private set; }

    /// <summary>The extensions that this client is offered now.</summary>
    public SmtpExtensions Extensions => Greetings.Extensions & ~_withheld;

    /// <summary>The extensions that this client may use now; it may know of VERP without being offered it.</summary>
    public SmtpExtensions Understood => (Greetings.Extensions | SmtpExtensions.Verp) & ~_withheld;

    /// <summary>What holds the client to its limits; null if it has none.</summary>
    public ClientGate? Gate { get; private set; }

    /// <summary>Whether the client may say that it is another.</summary>
    public bool MayXclient { get; private set; }

    /// <summary>Whether the client may say where it has its mail from.</summary>
    public bool MayXforward { get; private set; }

    /// <summary>Where the next message comes from, if the client said.</summary>
    public ForwardedClient? Forwarded { get; set; }

    /// <summary>What restrictions know.</summary>
    public AccessRequest Access { get; private set; }

    /// <summary>Where content is collected.</summary>
    public MessageBuilder Content { get; }

    /// <summary>What the client did wrong.</summary>
    public ErrorCount Errors { get; } = new();

    /// <summary>What was said, for the postmaster; null if he does not want to know.</summary>
    public SessionTranscript? Transcript { get; }

    /// <summary>What bare line feeds of this client mean.</summary>
    public BareNewline BareNewline { get; private set; }

    /// <summary>The transaction under way, or null.</summary>
    public Transaction? Transaction { get; private set; }

    /// <summary>True after a chunk was refused: what follows is read and thrown away until the last one.</summary>
    public bool HasFailedChunk { get; set; }

    /// <summary>What the session is at, for the log: the last command, or <c>END-OF-MESSAGE</c>.</summary>
    public string Where
    {
        get => Access.Where;
        set => Access.Where = value;
    }

    /// <summary>True once the client sent a bare LF where that is to be noted.</summary>
    public bool HasBareNewline { get; set; }

    /// <summary>True if mail needs a greeting before it, whatever <c>smtpd_helo_required</c> says: the one before STARTTLS does not count.</summary>
    public bool MustGreet { get; set; }

    /// <summary>True if the client has to greet first.</summary>
    public bool LacksHelo => (Policy.RequiresHelo || MustGreet) && Access.HeloName.Length == 0;

    /// <summary>True if the client was refused as it connected: all that is left to it is QUIT.</summary>
    public bool IsAccessDenied { get; private set; }

    /// <summary>True once the last reply was given: the connection is to be closed after it.</summary>
    public bool IsClosing { get; private set; }

    /// <summary>Cancelled when the session ends early.</summary>
    public CancellationToken Interrupted => Link.Interrupted;

    /// <summary>Finds out who the client is. Null, or the reply that sends it away because that cannot be known.</summary>
    public async ValueTask<Reply?> IdentifyClientAsync()
    {
        if (Policy.HasUpstreamProxy && !await IsIntroducedAsync()) return new Reply($"421 4.3.0 {Policy.Hostname} Server local error");
        if (Policy.Snapshot.Get(SmtpdParameters.PeernameLookup))
        {
            Client = new Client(Client.Address, await LookUpNameAsync()) { Port = Client.Port };
            Access = NewAccess(Access.Server);
        }
        return null;
    }

    /// <summary>Begins a session with the client that is known now: counts it, and finds out what goes for it.</summary>
    /// <returns>The greeting, or the reply that sends it away.</returns>
    public async ValueTask<Reply> GreetAsync()
    {
        LeaveGate();
        if (!_isClaimed) MayXforward = await IsListedAsync(Policy.AuthorizedXforwardHosts, ProxyingParameters.AuthorizedXforwardHosts);
        MayXclient = await IsListedAsync(Policy.AuthorizedXclientHosts, ProxyingParameters.AuthorizedXclientHosts);
        if (!MayXclient) Gate = await ClientGate.EnterAsync(this);
        if (Gate?.RefuseConnection() is { } refusal) return refusal;
        Greetings = await Policy.GreetingsForAsync(Client, Log, Interrupted);
        _withheld = await WithheldAsync();
        BareNewline = Policy.BareNewline;
        if (BareNewline == BareNewline.Reject && await IsListedAsync(Policy.BareNewlineExclusions, SmtpdParameters.ForbidBareNewlineExclusions))
            BareNewline = BareNewline.Normalize;
        var verdict = await Policy.Access.CheckClientAsync(Access, Interrupted);
        IsAccessDenied = verdict.Refusal is not null;
        return IsAccessDenied ? Refuse("CONNECT", verdict) : Greetings.Banner;
    }

    /// <summary>Begins a new session with another client, in whose name the one that is connected speaks (XCLIENT).</summary>
    /// <returns>The greeting, or the reply that sends it away.</returns>
    public ValueTask<Reply> BecomeAsync(ClaimedClient claimed)
    {
        ResetTransaction();
        var before = Access;
        _isClaimed = true;
        Client = claimed.Client;
        Access = NewAccess(claimed.Server);
        (Access.HeloName, Access.Protocol) = (claimed.HeloName, claimed.Protocol);
        (Access.Tls, Access.HasImproperPipelining, Access.Where) = (before.Tls, before.HasImproperPipelining, before.Where);
        if (claimed.Login is { } login) Access.Sasl = new SaslIdentity("XCLIENT", login);
        _isLocalHeaderClient = _maySetPriority = null;
        return GreetAsync();
    }

    /// <summary>The connection is encrypted now: what the client said before could have been anybody's, and is forgotten.</summary>
    public void BeginAnew(TlsState tls)
    {
        ResetTransaction();
        (Access.HeloName, Access.Protocol, Access.Sasl, Access.Tls) = ("", "SMTP", null, tls);
        _isLocalHeaderClient = _maySetPriority = null;
    }

    /// <summary>The client is not counted any more.</summary>
    public void LeaveGate()
    {
        Gate?.Leave();
        Gate = null;
    }

    /// <summary>True after an attempt to sign in that failed: what is no command may be a password then.</summary>
    public bool MayHearSecrets { get; set; }

    /// <summary>The lines of EHLO that offer to sign in, as of the last <see cref="PrepareAuthOfferAsync"/>.</summary>
    public IReadOnlyList<string> AuthOffer { get; private set; } = [];

    /// <summary>How the client can sign in as the connection is now; null if it cannot.</summary>
    public SaslPolicy? ActiveSasl => Greetings.Offers("AUTH") && (Access.Tls is not null || Policy.Tls.AllowsAuthInClear) ? Policy.Sasl : null;

    /// <summary>What those who know the users are told of this session.</summary>
    public SaslContext SaslContext() => new(Client.Address, Access.Server.Address, Access.Tls is not null, Services.SignIns);

    /// <summary>The client has signed in: what was found out about it before holds no more.</summary>
    public void SignIn(SaslIdentity identity)
    {
        Access.Sasl = identity;
        MayHearSecrets = false;
        _isLocalHeaderClient = _maySetPriority = null;
    }

    /// <summary>Finds out with which mechanisms the client can sign in now.</summary>
    public async ValueTask PrepareAuthOfferAsync()
    {
        AuthOffer = [];
        if (ActiveSasl is not { } sasl || !await sasl.IsOfferedAsync(Client, Interrupted)) return;
        var mechanisms = string.Join(' ', (await sasl.MechanismsAsync(SaslContext(), Interrupted)).Select(m => m.Name));
        if (mechanisms.Length > 0) AuthOffer = sasl.IsForBrokenClients ? [$"AUTH {mechanisms}", $"AUTH={mechanisms}"] : [$"AUTH {mechanisms}"];
    }

    /// <summary>Ends the session once no transaction is under way.</summary>
    public void RequestStop() => Link.RequestStop();

    /// <summary>Breaks the connection.</summary>
    public void Abort() => Link.Abort();

    /// <summary>The next reply is the last one.</summary>
    public void CloseAfterReply() => IsClosing = true;

    /// <summary>MAIL was accepted.</summary>
    /// <param name="asGiven">The sender as the client named it.</param>
    /// <param name="parameters">What else it said.</param>
    public void BeginTransaction(EmailAddress asGiven, in MailParameters parameters)
    {
        var sender = Policy.Complete(asGiven).Text;
        Transaction = new Transaction
        {
            Sender = sender,
            Parameters = parameters,
            Arrived = Services.Time.GetUtcNow(),
            HeloName = Access.HeloName,
            Protocol = Access.Protocol,
            Tls = Access.Tls,
            Sasl = Access.Sasl,
        };
        Access.Sender = sender;
        Access.SenderAsGiven = asGiven;
        Policy.Access.Notices.Address(Access, "sender", asGiven);
        Access.SaslSender = Access.Sasl is null ? "" : parameters.Auth;
        Access.MessageSize = parameters.Size;
    }

    /// <summary>The first recipient was accepted: the message gets its name.</summary>
    public void OpenMessage(Transaction transaction)
    {
        transaction.MessageId = Services.NextMessageId();
        transaction.QueueId = QueueId.Format(transaction.Arrived, transaction.MessageId, Policy.LongQueueIds);
        Access.QueueId = transaction.QueueId;
        if (Access.Sasl is not { } sasl) Log.Info($"{transaction.QueueId}: client={Client.NameAndAddress}{Forwarded?.ToString()}");
        else
        {
            var author = Access.SaslSender.Length > 0 ? $", sasl_sender={Access.SaslSender}" : "";
            Log.Info($"{transaction.QueueId}: client={Client.NameAndAddress}{Forwarded?.ToString()}, sasl_method={sasl.Method}, sasl_username={sasl.Login}{author}");
        }
    }

    /// <summary>
    /// Asks the restrictions about a recipient. Null, or the reply that refuses it. Whatever they say: the recipient of the message, which
    /// restrictions on the whole message ask for, stays the one that it was (Postfix: SMTPD_CHECK_PUSH).
    /// </summary>
    public async ValueTask<Reply?> RefuseRecipientAsync(string where, EmailAddress address)
    {
        var before = (Access.Recipient, Access.RecipientAsGiven);
        (Access.Recipient, Access.RecipientAsGiven) = (Policy.Complete(address), address);
        if (where == "RCPT") Policy.Access.Notices.Address(Access, "recipient", address);
        var verdict = await Policy.Access.CheckRecipientAsync(Access, Interrupted);
        var refusal = verdict.Refusal is null ? null : Refuse(where, verdict);
        (Access.Recipient, Access.RecipientAsGiven) = before;
        return refusal;
    }

    /// <summary>Takes room for the content of the transaction. False if there is none now.</summary>
    public bool TryBeginContent(Transaction transaction) =>
        Content.TryBegin(Policy.Headers, Policy.MessageSizeLimit, Policy.ContentMemoryLimit, transaction.Parameters.Size);

    /// <summary>Whether this client's mail gets the headers that it lacks.</summary>
    public async ValueTask<bool> IsLocalHeaderClientAsync() => Forwarded?.IsLocal ?? (
        _isLocalHeaderClient ??= await Policy.Access.LocalHeaderRewriteClients.PermitsAsync(Access, Interrupted));

    /// <summary>Whether the client may say how urgent its mail is: asked once, for mail that says so.</summary>
    public async ValueTask<bool> MaySetPriorityAsync() =>
        _maySetPriority ??= await Policy.Access.FlowPriorityClients.PermitsAsync(Access, Interrupted);

    /// <summary>The transaction is over, whatever became of it.</summary>
    public void ResetTransaction()
    {
        Transaction = null;
        HasFailedChunk = false;
        Forwarded = null;
        Access.Sender = null;
        Access.SenderAsGiven = default;
        Access.SaslSender = "";
        Access.Recipient = null;
        Access.RecipientCount = 0;
        Access.MessageSize = 0;
        Access.QueueId = "";
        Access.Actions.Clear();
        Content.Discard();
    }

    /// <summary>Sends the transcript to the postmaster if something in it concerns him, and begins a new one.</summary>
    public async ValueTask EndTranscriptAsync(string reason)
    {
        if (Transcript is not { Count: > 0 } transcript) return;
        if (transcript.HasNews) await TranscriptNotice.SendAsync(this, transcript, reason);
        transcript.Reset();
    }

    /// <summary>The reply to a bare LF where that is rejected.</summary>
    public Reply BareNewlineRefusal()
    {
        var code = Policy.Snapshot.Get(SmtpdParameters.ForbidBareNewlineRejectCode);
        return RestrictionSetup.Reply(code, "5.5.2", $"{Policy.Hostname} Error: bare <LF> received");
    }

    /// <summary>The reply to whatever a client says that was refused as it connected.</summary>
    public Reply AccessDenied() => new($"503 5.7.0 Error: access denied for {Client.NameAndAddress}");

    /// <summary>Logs a refusal and gives the reply.</summary>
    public Reply Refuse(string where, in Verdict verdict)
    {
        if (verdict.Reason.Length > 0) Log.Warning($"{verdict.Reason}");
        var refusal = Policy.SmtpUtf8Enable ? verdict.Refusal! : verdict.Refusal!.ToAscii();
        Transcript?.NoteRefusal(refusal);
        Where = where;
        Access.Note("reject", refusal.Text);
        return refusal;
    }

    public void Dispose()
    {
        Content.Discard();
        Link.Dispose();
    }

    private async ValueTask<SmtpExtensions> WithheldAsync() =>
        await IsListedAsync(Policy.AuthorizedVerpClients, SmtpdParameters.AuthorizedVerpClients) ? SmtpExtensions.None : SmtpExtensions.Verp;

    /// <summary>A list that cannot be asked has nobody on it.</summary>
    private async ValueTask<bool> IsListedAsync(AddressMatchList clients, Parameter<string> parameter)
    {
        var match = await clients.MatchAsync(Client.Name, Client.Address, Interrupted);
        if (match.Failure is not null) Log.Warning($"{parameter.Name}: {match.Failure}");
        return match.IsMatch;
    }

    /// <summary>Takes the word of a load balancer for who the client is. False if there is none, or nobody understands it.</summary>
    private async ValueTask<bool> IsIntroducedAsync()
    {
        var limit = Policy.Snapshot.Get(ProxyingParameters.UpstreamProxyTimeout);
        var (header, fault) = await ProxyHeaderReader.ReadAsync(_socket, Services.Time, limit, Interrupted);
        if (header is null) Log.Warning($"haproxy read: {fault}");
        if (header?.Client is not { } client) return header is not null;
        Client = new Client(client.Address, Client.UnknownName) { Port = client.Port };
        Access = NewAccess(header.Server!);
        return true;
    }

    private AccessRequest NewAccess(IPEndPoint server) =>
        new(Client, Services.Time, Log)
        {
            Server = server,
            Route = Services.Route,
            FindMailHosts = Services.FindMailHosts,
            PauseAsync = async time => await Link.PauseAsync(time),
            Dns = new RestrictionDns(Services.LookUpDns, Policy.Snapshot.Get(MainParameters.InetProtocols)),
            SoftBounce = Policy.Snapshot.Get(QueueParameters.SoftBounce),
            ShowsAscii = !Policy.SmtpUtf8Enable,
        };

    private async ValueTask<ClientName> LookUpNameAsync()
    {
        try
        {
            var name = await Services.LookUpName(Client.Address, Interrupted);
            if (name.WarningAbout(Client.Address) is { } warning) Log.Warning($"{warning}");
            return name;
        }
        catch (OperationCanceledException)
        {
            return ClientName.Nameless(ClientNameStatus.Temporary);
        }
    }
}
