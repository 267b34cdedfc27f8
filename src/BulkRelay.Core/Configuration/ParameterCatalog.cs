using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Configuration;

/// <summary>All parameters that the relay acts on: one row per group.</summary>
public static class ParameterCatalog
{
    /// <summary>The groups in the order of the reference page.</summary>
    public static readonly IReadOnlyList<ParameterGroup> Groups =
    [
        MainParameters.Group,
        TransportParameters.Group,
        RoutingParameters.Group,
        QueueParameters.Group,
        FlowParameters.Group,
        StoreParameters.Group,
        DnsParameters.Group,
        BounceParameters.Group,
        SmtpParameters.Group,
        TlsClientParameters.Smtp.Group,
        TlsClientParameters.Lmtp.Group,
        SaslClientParameters.Smtp.Group,
        SaslClientParameters.Lmtp.Group,
        SmtpdParameters.Group,
        TlsParameters.Group,
        ClientLimitParameters.Group,
        ProxyingParameters.Group,
        SmtpdTlsParameters.Group,
        SaslServerParameters.Group,
        CheckParameters.Group,
        DnsListParameters.Group,
        PolicyServiceParameters.Group,
        CleanupParameters.Group,
        LogParameters.Group,
    ];

    /// <summary>Every parameter, in the order of the groups.</summary>
    public static readonly IReadOnlyList<Parameter> All = Number(Groups);

    /// <summary>Every per-transport parameter, the longest suffix first: <c>_destination_recipient_limit</c> before <c>_recipient_limit</c>.</summary>
    public static readonly IReadOnlyList<TransportParameter> PerTransport = NumberTransport(Groups);

    private static readonly Dictionary<string, Parameter> ByName = All.ToDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>The parameter of that name, or null if the relay does not act on one.</summary>
    public static Parameter? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>
    /// Splits <c>smtp_destination_recipient_limit</c> into the transport and the parameter. Null if the name has no such suffix, or is
    /// a parameter of its own.
    /// </summary>
    public static TransportParameter? FindPerTransport(string name, out string transport)
    {
        transport = "";
        if (ByName.ContainsKey(name)) return null;
        var found = PerTransport.FirstOrDefault(p => name.Length > p.Suffix.Length && name.EndsWith(p.Suffix, StringComparison.Ordinal));
        if (found is not null) transport = name[..^found.Suffix.Length];
        return found;
    }

    private static List<TransportParameter> NumberTransport(IEnumerable<ParameterGroup> groups)
    {
        var all = groups.SelectMany(g => g.TransportParameters).OrderByDescending(p => p.Suffix.Length).ToList();
        for (var i = 0; i < all.Count; i++) all[i].Index = i;
        return all;
    }

    private static List<Parameter> Number(IEnumerable<ParameterGroup> groups)
    {
        var all = groups.SelectMany(g => g.Parameters).ToList();
        for (var i = 0; i < all.Count; i++) all[i].Index = i;
        return all;
    }
}
