namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>Which addresses belong here, and where mail for the others goes.</summary>
public static class RoutingParameters
{
    public static readonly ParameterGroup Group = new("Routing");

    public static readonly Parameter<string> MyOrigin = Group.Custom("myorigin", "$myhostname",
        "The domain of an address that has none. Of a file (/etc/mailname, as Debian has it) the first line.", ParseOrigin);

    public static readonly Parameter<string> MyDestination = Group.Text("mydestination", "$myhostname, localhost.$mydomain, localhost",
        "The domains whose mail goes to local_transport: names, /file, type:table; ! excludes. A relay has none: set it empty.");

    public static readonly Parameter<string> MyNetworks = Group.Text("mynetworks", "127.0.0.1/32 [::1]/128",
        "The clients that may relay (permit_mynetworks): addresses, networks, [IPv6]/n, names, /file, type:table; ! excludes. "
        + "The default is made from the machine's own addresses, as mynetworks_style says.");

    public static readonly Parameter<string> MyNetworksStyle = Group.Custom("mynetworks_style", "${{$compatibility_level} <level {2} ? {subnet} : {host}}",
        "What the default of mynetworks is made of: this machine's addresses (host), their networks (subnet), or their networks of class A, B or C "
        + "(class).", ParseStyle, range: "host, subnet, class");

    public static readonly Parameter<string> LocalRecipientMaps = Group.Text("local_recipient_maps", "proxy:unix:passwd.byname $alias_maps",
        "Tables of all names in mydestination: the users of this machine and its aliases. Strangers' mail to others is refused. Empty: "
        + "every name is taken for valid.");

    public static readonly Parameter<string> RelayDomains = Group.Text("relay_domains", "${{$compatibility_level} <level {2} ? {$mydestination} : {}}",
        "The domains that anyone may send to through this relay; their mail goes to relay_transport. Names, /file, type:table; ! excludes.");

    public static readonly Parameter<string> RelayRecipientMaps = Group.Text("relay_recipient_maps", "",
        "Tables of all valid addresses in relay_domains, @domain for a domain without a list. Empty: every address is taken for valid.");

    public static readonly Parameter<IReadOnlyList<string>> ParentDomainMatchesSubdomains = Group.List("parent_domain_matches_subdomains",
        "debug_peer_list, fast_flush_domains, mynetworks, permit_mx_backup_networks, qmqpd_authorized_clients, "
        + "relay_domains, smtpd_access_maps",
        "The parameters in which example.com stands for its sub-domains too. In all others, .example.com does.");

    public static readonly Parameter<string> TransportMaps = Group.Text("transport_maps", "",
        "Tables of transport:nexthop, asked for user+ext@domain, user@domain, domain, .parent domains, and *. The first answer decides.");

    public static readonly Parameter<string> Relayhost = Group.Text("relayhost", "",
        "The next host for mail that goes out: a domain whose MX hosts to use, [host] for the host itself, with :port if need be. "
        + "Empty: the recipient's domain.");

    public static readonly Parameter<string> SenderDependentRelayhostMaps = Group.Text("sender_dependent_relayhost_maps", "",
        "Tables that override relayhost, asked for the sender's address and @domain. DUNNO stands for no override.");

    public static readonly Parameter<string> EmptyAddressRelayhostMapsLookupKey = Group.Text("empty_address_relayhost_maps_lookup_key", "<>",
        "What sender_dependent_relayhost_maps are asked for the null sender.");

    public static readonly Parameter<string> DefaultTransport = Group.Text("default_transport", "smtp",
        "The transport, with :nexthop if need be, for mail that nothing else names one for.");

    public static readonly Parameter<string> SenderDependentDefaultTransportMaps = Group.Text("sender_dependent_default_transport_maps", "",
        "Tables that override default_transport, asked for the sender's address and @domain. DUNNO stands for no override.");

    public static readonly Parameter<string> EmptyAddressDefaultTransportMapsLookupKey = Group.Text(
        "empty_address_default_transport_maps_lookup_key", "<>", "What sender_dependent_default_transport_maps are asked for the null sender.");

    public static readonly Parameter<string> RelayTransport = Group.Text("relay_transport", "relay",
        "The transport, with :nexthop if need be, for mail to relay_domains.");

    public static readonly Parameter<string> LocalTransport = Group.Text("local_transport", "local:$myhostname",
        "The transport, with :nexthop if need be, for mail to mydestination. While master.cf has no such service, that mail is refused.");

    public static readonly Parameter<string> RecipientDelimiter = Group.Text("recipient_delimiter", "",
        "The characters of which the first in a local part begins an extension: user+ext@example.com with '+'.");

    public static readonly Parameter<string> AliasDatabase = Group.Text("alias_database", "hash:/etc/aliases",
        "The alias files that newaliases checks. A relay delivers nothing on the spot, so nothing else uses them.");

    public static readonly Parameter<string> DefaultDatabaseType = Group.Text("default_database_type", "hash",
        "The type of a table that is named by its file alone. All indexed types read the same source text.");

    private static string? ParseOrigin(string value, out string? fault)
    {
        fault = null;
        if (!value.StartsWith('/')) return value;
        try
        {
            if (File.ReadLines(value).FirstOrDefault()?.Trim() is { Length: > 0 } origin) return origin;
            fault = $"{value} is empty: write the domain into it, or set myorigin to the domain";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = $"cannot be read: {e.Message} Write the domain into that file, or set myorigin to the domain";
        }
        return null;
    }

    private static string? ParseStyle(string value, out string? fault)
    {
        fault = value is "host" or "subnet" or "class" ? null : $"unknown style '{value}': use host, subnet or class";
        return fault is null ? value : null;
    }
}
