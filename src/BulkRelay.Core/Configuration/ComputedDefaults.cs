using System.Globalization;

namespace BulkRelay.Core.Configuration;

/// <summary>Defaults that no text can give, because they depend on the machine, the process or the place of the configuration.</summary>
internal static class ComputedDefaults
{
    /// <summary>What the computed defaults depend on, beyond the machine.</summary>
    public static readonly IReadOnlyList<string> Inputs =
        ["myhostname", "mydomain", "mynetworks_style", "inet_interfaces", "inet_protocols", "compatibility_level"];

    private static readonly Dictionary<string, Func<ParameterSpace, string>> Table = new(StringComparer.Ordinal)
    {
        ["config_directory"] = space => space.ConfigDirectory,
        ["mydomain"] = MyDomain,
        ["myhostname"] = MyHostname,
        ["mynetworks"] = OwnNetworks.Compute,
        ["process_id"] = _ => Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        ["process_name"] = _ => "bulkrelay",
    };

    /// <summary>True if the default of that parameter is computed.</summary>
    public static bool Has(string name) => Table.ContainsKey(name);

    /// <summary>The computed default, before expansion.</summary>
    public static string Compute(string name, ParameterSpace space) => Table[name](space);

    /// <summary>The machine's name; one without a dot gets the domain.</summary>
    private static string MyHostname(ParameterSpace space)
    {
        var host = Environment.MachineName;
        if (host.Contains('.', StringComparison.Ordinal)) return host;
        return space.FindExplicit("mydomain") is null ? $"{host}.localdomain" : $"{host}.$mydomain";
    }

    /// <summary>The name of the relay without its first label.</summary>
    private static string MyDomain(ParameterSpace space)
    {
        var host = space.Expand("myhostname", out _) ?? "";
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? "localdomain" : host[(dot + 1)..];
    }
}
