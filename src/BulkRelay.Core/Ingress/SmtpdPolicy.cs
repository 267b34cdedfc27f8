using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Ingress.Cleanup;
using BulkRelay.Core.Ingress.Limits;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Core.Ingress.Sasl;
using BulkRelay.Core.Ingress.Tls;
using BulkRelay.Core.Observability;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// One configuration as an SMTP service uses it: typed, its lists compiled, its fixed replies made. Immutable; a session keeps the one that
/// it began with.
/// </summary>
public sealed class SmtpdPolicy
{
    private SmtpdPolicy(ConfigSnapshot snapshot, LookupTableSet tables, TimeProvider time, Action<string> warn)
    {
        var faults = new List<ConfigFault>();
        var setup = new RestrictionSetup(snapshot, tables, faults);
        Snapshot = snapshot;
        Setup = setup;
        Tables = tables;
        Hostname = snapshot.Get(MainParameters.MyHostname);
        MailName = snapshot.Get(MainParameters.MailName);
        Origin = snapshot.Get(RoutingParameters.MyOrigin);
        Headers = new HeaderPolicy(snapshot);
        Senders = new SenderCanonical(snapshot, tables);
        Duplicates = new DuplicateFilter(snapshot);
        Flows = new FlowRules(snapshot);
        Sasl = SaslPolicy.Compile(snapshot, tables, faults);
        Access = new AccessRules(setup);
        ErrorReplies = ErrorReplies.For(setup);
        ForbiddenCommands = setup.Words("smtpd_forbidden_commands", snapshot.Get(SmtpdParameters.ForbiddenCommands));
        BareNewlineExclusions = setup.Addresses(
            "smtpd_forbid_bare_newline_exclusions", snapshot.Get(SmtpdParameters.ForbidBareNewlineExclusions));
        AuthorizedVerpClients = setup.Addresses("smtpd_authorized_verp_clients", snapshot.Get(SmtpdParameters.AuthorizedVerpClients));
        AuthorizedSubmitUsers = setup.Words("authorized_submit_users", snapshot.Get(CleanupParameters.AuthorizedSubmitUsers));
        FlushDomains = setup.Domains("fast_flush_domains", snapshot.Get(SmtpdParameters.FastFlushDomains));
        BareNewline = snapshot.Get(SmtpdParameters.ForbidBareNewline);
        MessageSizeLimit = snapshot.Get(CleanupParameters.MessageSizeLimit);
        ContentMemoryLimit = snapshot.Get(SmtpdParameters.ContentMemoryLimit);
        LongQueueIds = snapshot.Get(CleanupParameters.EnableLongQueueIds);
        RecipientLimit = snapshot.Get(SmtpdParameters.RecipientLimit);
        RecipientOvershootLimit = snapshot.Get(SmtpdParameters.RecipientOvershootLimit);
        RequiresHelo = snapshot.Get(SmtpdParameters.HeloRequired);
        SoftErrorLimit = snapshot.Get(SmtpdParameters.SoftErrorLimit);
        HardErrorLimit = snapshot.Get(SmtpdParameters.HardErrorLimit);
        ErrorSleepTime = snapshot.Get(SmtpdParameters.ErrorSleepTime);
        JunkCommandLimit = snapshot.Get(SmtpdParameters.JunkCommandLimit);
        NotifyClasses = snapshot.Get(BounceParameters.Notify);
        HistoryFlushThreshold = snapshot.Get(SmtpdParameters.HistoryFlushThreshold);
        ForbidsUnauthPipelining = snapshot.Get(SmtpdParameters.ForbidUnauthPipelining);
        Tls = TlsServer.Compile(snapshot, tables, time, warn, faults);
        Greetings = new Greetings(snapshot, snapshot.Get(SmtpdParameters.DiscardEhloKeywords));
        if (QueueSpace.Check(snapshot) is { } fault) faults.Add(fault);
        if (MessageSizeLimit == 0) faults.Add(new ConfigFault(FaultSeverity.Warning, "", 0, CleanupParameters.MessageSizeLimit.Name,
            $"0 sets no limit, but messages over {SmtpdParameters.ContentMemoryLimit.Name}({ContentMemoryLimit}) find no room and get "
            + "552: set the size that is to be taken"));
        ServiceName = snapshot.FindText("service_name") ?? "";
        ClientLimits = new ClientLimits(snapshot, setup);
        HasUpstreamProxy = snapshot.Get(ProxyingParameters.UpstreamProxyProtocol).Length > 0;
        AuthorizedXclientHosts = setup.Addresses("smtpd_authorized_xclient_hosts", snapshot.Get(ProxyingParameters.AuthorizedXclientHosts));
        AuthorizedXforwardHosts = setup.Addresses("smtpd_authorized_xforward_hosts", snapshot.Get(ProxyingParameters.AuthorizedXforwardHosts));
        DiscardEhloKeywordsByAddress = setup.Tables(SmtpdParameters.DiscardEhloKeywordAddressMaps);
        NoopCommands = setup.Words("smtpd_noop_commands", snapshot.Get(SmtpdParameters.NoopCommands));
        CommandFilter = setup.Tables(SmtpdParameters.CommandFilter);
        SmtpUtf8Enable = snapshot.Get(SmtpdParameters.SmtpUtf8Enable);
        StrictSmtpUtf8 = snapshot.Get(SmtpdParameters.StrictSmtpUtf8);
        StrictEnvelopes = snapshot.Get(SmtpdParameters.StrictRfc821Envelopes);
        DelaysOpen = snapshot.Get(SmtpdParameters.DelayOpenUntilValidRcpt);
        Faults = [.. faults, .. tables.Faults];
    }

    /// <summary>The configuration.</summary>
    public ConfigSnapshot Snapshot { get; }

    /// <summary>What is wrong with it. What a fault concerns refuses requests with 451 4.3.5 at run time.</summary>
    public IReadOnlyList<ConfigFault> Faults { get; }

    internal RestrictionSetup Setup { get; }

    internal LookupTableSet Tables { get; }

    internal string Hostname { get; }

    internal string MailName { get; }

    /// <summary>The domain of addresses without one.</summary>
    internal string Origin { get; }

    internal HeaderPolicy Headers { get; }

    /// <summary>The form of senders.</summary>
    internal SenderCanonical Senders { get; }

    /// <summary>Keeps recipients from getting a message twice.</summary>
    internal DuplicateFilter Duplicates { get; }

    internal FlowRules Flows { get; }

    /// <summary>How clients sign in; null if they cannot.</summary>
    internal SaslPolicy? Sasl { get; }

    internal AccessRules Access { get; }

    /// <summary>What is done to error replies; null if they go out as they are.</summary>
    internal ErrorReplies? ErrorReplies { get; }

    internal StringMatchList ForbiddenCommands { get; }

    internal AddressMatchList BareNewlineExclusions { get; }

    internal AddressMatchList AuthorizedVerpClients { get; }

    internal DomainMatchList FlushDomains { get; }

    internal StringMatchList AuthorizedSubmitUsers { get; }

    internal BareNewline BareNewline { get; }

    internal long MessageSizeLimit { get; }

    internal long ContentMemoryLimit { get; }

    /// <summary>Octets of the largest message that finds room: without a <c>message_size_limit</c> it is what memory there is.</summary>
    internal long LargestMessage => MessageSizeLimit > 0 ? MessageSizeLimit : ContentMemoryLimit;

    internal bool LongQueueIds { get; }

    internal int RecipientLimit { get; }

    internal int RecipientOvershootLimit { get; }

    internal bool RequiresHelo { get; }

    internal int SoftErrorLimit { get; }

    internal int HardErrorLimit { get; }

    internal TimeSpan ErrorSleepTime { get; }

    internal int JunkCommandLimit { get; }

    internal NotifyClasses NotifyClasses { get; }

    internal int HistoryFlushThreshold { get; }

    internal bool ForbidsUnauthPipelining { get; }

    internal Greetings Greetings { get; }

    /// <summary>The service's name in <c>master.cf</c>.</summary>
    internal string ServiceName { get; }

    internal ClientLimits ClientLimits { get; }

    internal bool HasUpstreamProxy { get; }

    internal AddressMatchList AuthorizedXclientHosts { get; }

    internal AddressMatchList AuthorizedXforwardHosts { get; }

    internal LookupTableList DiscardEhloKeywordsByAddress { get; }

    internal StringMatchList NoopCommands { get; }

    internal LookupTableList CommandFilter { get; }

    internal bool DelaysOpen { get; }

    internal bool SmtpUtf8Enable { get; }

    /// <summary>Whether addresses beyond ASCII are for transactions with SMTPUTF8 only, also where only the local part is.</summary>
    internal bool StrictSmtpUtf8 { get; }

    /// <summary>Whether MAIL and RCPT take an address between angle brackets only.</summary>
    internal bool StrictEnvelopes { get; }

    internal TlsServer Tls { get; }

    /// <summary>Compiles a configuration for an SMTP service.</summary>
    /// <param name="snapshot">The configuration as the service sees it.</param>
    /// <param name="time">The clock by which changed tables are noticed.</param>
    /// <param name="warn">Takes warnings about tables and certificates that arise later.</param>
    public static SmtpdPolicy Compile(ConfigSnapshot snapshot, TimeProvider time, Action<string> warn) =>
        new(snapshot, new LookupTableSet(snapshot, time, warn), time, warn);

    /// <summary>How a client is greeted: the extensions that it is not offered may depend on its address.</summary>
    internal async ValueTask<Greetings> GreetingsForAsync(Client client, ServiceLog log, CancellationToken cancel)
    {
        if (DiscardEhloKeywordsByAddress.IsEmpty) return Greetings;
        var found = await DiscardEhloKeywordsByAddress.LookupAsync(client.AddressText, isPart: false, cancel);
        if (found.IsFailure) log.Warning($"{SmtpdParameters.DiscardEhloKeywordAddressMaps.Name}: {found.Failure}");
        return found.Value is { } keywords ? new Greetings(Snapshot, SplitKeywords(keywords)) : Greetings;
    }

    /// <summary>The words of an entry of <c>smtpd_discard_ehlo_keyword_address_maps</c>.</summary>
    internal static string[] SplitKeywords(string keywords) => keywords.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The address with the domain of this relay if it has none (<c>append_at_myorigin</c>).</summary>
    internal EmailAddress Complete(EmailAddress address) =>
        address.IsNull || !address.Domain.IsEmpty ? address : address.WithDomain(Origin);
}
