namespace BulkRelay.Tests.Fuzz.Targets;

/// <summary>All parsers that face the network or an operator's file: one row each.</summary>
internal static class FuzzTargets
{
    public static readonly IReadOnlyList<FuzzTarget> All =
    [
        ProtocolTargets.Commands,
        ProtocolTargets.Addresses,
        ProtocolTargets.AddressLists,
        ProtocolTargets.Replies,
        ProtocolTargets.Data,
        ProtocolTargets.DnsMessages,
        ConfigurationTargets.MainCf,
        ConfigurationTargets.MasterCf,
        ConfigurationTargets.Tables,
        ConfigurationTargets.BounceTemplates,
        ConfigurationTargets.Submissions,
        SecurityTargets.Challenges,
        SecurityTargets.AuthResponses,
        SecurityTargets.Secrets,
        SecurityTargets.ProxyHeaders,
        SecurityTargets.PolicyReplies,
        SecurityTargets.Words,
        SecurityTargets.Certificates,
        TlsTargets.ClientHellos,
        SessionTarget.Session,
    ];
}
