using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>What back ends are made from: one configuration, its tables, and the faults found on the way.</summary>
internal sealed record SaslSetup(ConfigSnapshot Snapshot, LookupTableSet Tables, List<ConfigFault> Faults)
{
    public string QueueDirectory => Snapshot.Get(MainParameters.QueueDirectory);

    public string Path => Snapshot.Get(SaslServerParameters.Path);

    public string Service => Snapshot.Get(SaslServerParameters.Service);

    public string Realm => Snapshot.Get(SaslServerParameters.LocalDomain);

    public string Hostname => Snapshot.Get(MainParameters.MyHostname);

    /// <summary>The key for the stand-ins of users that nobody has.</summary>
    public byte[] StandInKey() => Sasl.StandInKey.Read(QueueDirectory, Tables.Warn);

    /// <summary>The servers that back ends ask.</summary>
    public ICollection<Peer> Peers { get; } = [];

    /// <summary>Notes that a server is asked. False after a fault is recorded: it can never be reached.</summary>
    public bool Asks(string program, AuthSocket socket, string parameter, string file = "", int line = 0)
    {
        if (socket.Fault is { } fault)
        {
            Faults.Add(new ConfigFault(FaultSeverity.Error, file.Length > 0 ? file : "main.cf", line, parameter, fault));
            return false;
        }
        Peers.Add(new Peer(parameter, $"{program} at {socket.Place}", ConnectAsync, "nobody can sign in with it") { File = file, Line = line });
        return true;

        async Task ConnectAsync(CancellationToken cancel) => await (await socket.ConnectAsync(cancel)).DisposeAsync();
    }

    /// <summary>Records what keeps the relay from starting.</summary>
    public void Error(string parameter, string message) => Faults.Add(new ConfigFault(FaultSeverity.Error, "main.cf", 0, parameter, message));

    /// <summary>Records what the operator should know.</summary>
    public void Warn(string parameter, string message) => Faults.Add(new ConfigFault(FaultSeverity.Warning, "main.cf", 0, parameter, message));

    /// <summary>Mechanisms that run here over some tables.</summary>
    public LocalSasl Local(CredentialTable secrets, IReadOnlyCollection<string>? allowed = null) =>
        new([new TablePasswords(secrets)], secrets, Realm, Hostname, allowed);
}
