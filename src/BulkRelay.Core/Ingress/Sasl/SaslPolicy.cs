using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>How clients sign in at a service: who knows the users, and what is offered to whom. Only there if they can at all.</summary>
internal sealed class SaslPolicy
{
    private readonly ISaslBackend _backend;
    private readonly SaslSecurity _inClear;
    private readonly SaslSecurity _encrypted;
    private readonly StringMatchList _filter;
    private readonly AddressMatchList _exceptions;

    private SaslPolicy(ISaslBackend backend, SaslSetup setup)
    {
        var snapshot = setup.Snapshot;
        _backend = backend;
        Peers = setup.Peers;
        _inClear = snapshot.Get(SaslServerParameters.SecurityOptions);
        _encrypted = snapshot.Get(SaslServerParameters.TlsSecurityOptions);
        _filter = StringMatchList.Parse(SaslServerParameters.MechanismFilter.Name, snapshot.Get(SaslServerParameters.MechanismFilter), setup.Tables);
        _exceptions = AddressMatchList.Parse(SaslServerParameters.ExceptionsNetworks.Name, snapshot.Get(SaslServerParameters.ExceptionsNetworks), setup.Tables);
        ResponseLimit = snapshot.Get(SaslServerParameters.ResponseLimit);
        ShowsLogin = snapshot.Get(SaslServerParameters.AuthenticatedHeader);
        IsForBrokenClients = snapshot.Get(SaslServerParameters.BrokenSaslAuthClients);
    }

    /// <summary>The servers that are asked about users.</summary>
    public IEnumerable<Peer> Peers { get; }

    /// <summary>The longest line of a client while it signs in.</summary>
    public int ResponseLimit { get; }

    /// <summary>Whether the Received: header names the user.</summary>
    public bool ShowsLogin { get; }

    /// <summary>Whether EHLO has the old form of the offer too.</summary>
    public bool IsForBrokenClients { get; }

    /// <summary>Compiles what the configuration says. Null if clients cannot sign in: they are not to, or a fault is recorded that says why.</summary>
    public static SaslPolicy? Compile(ConfigSnapshot snapshot, LookupTableSet tables, List<ConfigFault> faults)
    {
        if (!snapshot.Get(SaslServerParameters.AuthEnable)) return null;
        var setup = new SaslSetup(snapshot, tables, faults);
        var type = snapshot.Get(SaslServerParameters.Type);
        if (!SaslBackends.ByType.TryGetValue(type, out var make))
        {
            setup.Error(SaslServerParameters.Type.Name, $"unsupported SASL server implementation: {type}: use one of {string.Join(", ", SaslBackends.ByType.Keys)}");
            return null;
        }
        if (make(setup) is not { } backend) return null;
        var policy = new SaslPolicy(backend, setup);
        if (backend is LocalSasl local && !local.Possible.Any(m => Keeps(m, policy._inClear) || Keeps(m, policy._encrypted)))
            setup.Error(SaslServerParameters.SecurityOptions.Name,
                "no SASL authentication mechanisms: none is left of those that the users' passwords allow");
        return policy;
    }

    /// <summary>Whether a client is offered to.</summary>
    public async ValueTask<bool> IsOfferedAsync(Client client, CancellationToken cancel) =>
        !(await _exceptions.MatchAsync(client.Name, client.Address, cancel)).IsMatch;

    /// <summary>The mechanisms that a session can use as it is now.</summary>
    public async ValueTask<IReadOnlyList<SaslMechanism>> MechanismsAsync(SaslContext context, CancellationToken cancel)
    {
        var wanted = context.IsEncrypted ? _encrypted : _inClear;
        var usable = new List<SaslMechanism>();
        foreach (var mechanism in await _backend.MechanismsAsync(context, cancel))
            if (Keeps(mechanism, wanted) && (await _filter.MatchAsync(mechanism.Name, cancel)).IsMatch) usable.Add(mechanism);
        return usable;
    }

    /// <summary>Begins an attempt.</summary>
    public ISaslExchange Begin(SaslMechanism mechanism, SaslContext context) => _backend.Begin(mechanism, context);

    private static bool Keeps(SaslMechanism mechanism, SaslSecurity wanted) => (mechanism.Promises & wanted) == wanted;
}
