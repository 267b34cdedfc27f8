using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>The names in <c>mydestination</c> that exist: those of <c>local_recipient_maps</c>, and those of the mail system itself.</summary>
internal sealed class LocalRecipients
{
    private const string AliasMaps = "alias_maps";

    private readonly AddressTables _tables;
    private readonly HashSet<string> _always;

    /// <param name="snapshot">The configuration.</param>
    /// <param name="tables">Its tables.</param>
    /// <param name="faults">Takes what is wrong with those that the default names: a warning, as they may be of no use here.</param>
    public LocalRecipients(ConfigSnapshot snapshot, LookupTableSet tables, List<ConfigFault> faults)
    {
        var parameter = RoutingParameters.LocalRecipientMaps;
        var isDefault = !snapshot.IsSet(parameter.Name);
        var isUsed = snapshot.Get(RoutingParameters.MyDestination).Length > 0;
        var set = isDefault ? new LookupTableSet(snapshot, tables.Time, tables.Warn) : tables;
        _tables = new AddressTables(new LookupTableList(parameter.Name, isUsed ? NamesOf(snapshot) : "", set), snapshot);
        _always = new(["postmaster", "mailer-daemon", snapshot.Get(BounceParameters.DoubleBounceSender)], StringComparer.OrdinalIgnoreCase);
        if (isDefault) faults.AddRange(set.Faults.Select(f => f with { Severity = FaultSeverity.Warning }));
    }

    /// <summary>Whether the address, of a domain of that class, exists. Without tables every one does.</summary>
    public ValueTask<MatchResult> HasAsync(EmailAddress address, CancellationToken cancel) =>
        _tables.IsEmpty || _always.Contains(address.LocalPart.ToString()) ? new(MatchResult.Yes)
            : _tables.HasAsync(address, AddressClass.Local, cancel);

    /// <summary>The tables. Alias files that only the default names need not exist on this machine.</summary>
    private static string NamesOf(ConfigSnapshot snapshot)
    {
        var names = snapshot.Get(RoutingParameters.LocalRecipientMaps);
        if (snapshot.IsSet(AliasMaps)) return names;
        var aliases = Split(snapshot.FindText(AliasMaps) ?? "");
        return string.Join(' ', Split(names).Where(name => !aliases.Contains(name) || IsThere(name)));
    }

    private static bool IsThere(string table) =>
        table.Split(':', 2) is [var type, var file] && LookupTables.Find(type) is not null && File.Exists(file);

    private static IReadOnlyList<string> Split(string list) => ParameterList.TrySplit(list, out _) ?? [];
}
