namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>Names and places that every part of the relay uses.</summary>
public static class MainParameters
{
    public static readonly ParameterGroup Group = new("Names and places");

    public static readonly Parameter<string> CompatibilityLevel = Group.Custom("compatibility_level", "3.6",
        "The level of Postfix whose defaults hold, for defaults that Postfix has changed: 0, 1, 2, 3.6. Postfix takes 0 where it is not set; a relay "
        + "that is new starts with today's defaults.", ParseLevel, range: "major.minor.patch");

    private static string? ParseLevel(string value, out string? fault)
    {
        fault = MacroComparison.IsLevelText(value) ? null : $"malformed compatibility level syntax: '{value}': use a level of Postfix, such as 3.6";
        return fault is null ? value : null;
    }

    public static readonly Parameter<string> MailName = Group.Text("mail_name", "BulkRelay",
        "The name of the program, in the banner and in the Received: header.");

    public static readonly Parameter<string> MailVersion = Group.Text("mail_version", "3.9.0",
        "The version of Postfix whose configuration language this relay follows, for scripts that ask for it; `bulkrelay --version` gives its own.");

    public static readonly Parameter<string> QueueDirectory = Group.File("queue_directory", "/var/spool/bulkrelay",
        "The folder of the queue and of the control socket. A relative path counts from the configuration folder.");

    public static readonly Parameter<string> MyHostname = Group.Text("myhostname", "localhost",
        "The name of this relay: in the banner, in EHLO, in trace headers. The default is the machine's name, with $mydomain if it has no dot.");

    public static readonly Parameter<string> MyDomain = Group.Text("mydomain", "localdomain",
        "The domain of this relay. The default is $myhostname without its first label.");

    public static readonly Parameter<InetProtocols> InetProtocols = Group.Custom("inet_protocols", "all",
        "The Internet protocols that the relay uses: which addresses it listens on, which it looks up, which it connects to.",
        ParseInetProtocols, range: "all, ipv4, ipv6");

    private static InetProtocols ParseInetProtocols(string value, out string? fault)
    {
        var protocols = default(InetProtocols);
        foreach (var word in ParameterList.TrySplit(value, out fault) ?? [])
        {
            switch (word.ToLowerInvariant())
            {
                case "all": protocols |= Configuration.InetProtocols.All; break;
                case "ipv4": protocols |= Configuration.InetProtocols.Ipv4; break;
                case "ipv6": protocols |= Configuration.InetProtocols.Ipv6; break;
                default: fault = $"unknown protocol '{word}': use all, ipv4 or ipv6"; break;
            }
        }
        if (protocols == default) fault ??= "no protocol: use all, ipv4 or ipv6";
        return protocols;
    }

    public static readonly Parameter<int> DefaultProcessLimit = Group.Int("default_process_limit", "100",
        "The process limit of services whose line in master.cf says '-': the most deliveries of a transport at once, the most sessions of a listener.",
        min: 1, unit: "processes");

    public static readonly Parameter<IReadOnlyList<string>> MasterServiceDisable = Group.List("master_service_disable", "",
        "Services that are switched off: a type (inet), or a name with its type (smtp/inet, or smtp.inet as before Postfix 2.11). With qmgr/unix (or "
        + "qmgr.fifo) mail is accepted and kept, and none of it leaves until the entry is gone and the configuration was read again. An inet service "
        + "that is listed does not listen after the next start.");

    public static readonly Parameter<bool> UnsupportedSettings = Group.Choice("unsupported_settings", "refuse",
        "What becomes of a setting of Postfix that protects or says where mail goes (a filter, aliases, copies) and that this relay cannot do: "
        + "refuse: the relay does not start, and a reload keeps the old configuration; ignore: it goes without, and says so in a warning.",
        new Dictionary<string, bool>(StringComparer.Ordinal) { ["refuse"] = false, ["ignore"] = true }, own: true);
}
