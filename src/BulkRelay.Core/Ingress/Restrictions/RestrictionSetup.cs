using System.Globalization;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Ingress.Access;
using BulkRelay.Core.Ingress.Restrictions.PolicyService;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>What restrictions are made from: one configuration, its tables, and the faults found on the way.</summary>
internal sealed class RestrictionSetup
{
    private readonly LookupTableSet _tables;
    private readonly List<(string Parameter, ILookupTable Table)> _accessTables = [];

    public RestrictionSetup(ConfigSnapshot snapshot, LookupTableSet tables, List<ConfigFault> faults)
    {
        Snapshot = snapshot;
        _tables = tables;
        Faults = faults;
        MyNetworks = AddressMatchList.Parse("mynetworks", snapshot.Get(RoutingParameters.MyNetworks), tables, ParentsMatch("mynetworks"));
        MyDestination = new LocalDomains(snapshot, tables, ParentsMatch("mydestination"));
        RelayDomains = Domains("relay_domains", snapshot.Get(RoutingParameters.RelayDomains));
        Notices = new CompatibilityNotices(this);
        Classes = new RestrictionClasses(this);
        LocalRecipients = new LocalRecipients(snapshot, tables, faults);
        Permits = new PermitLog(this);
        AccessRules = new AccessTableRules(this);
    }

    private RestrictionSetup(RestrictionSetup other)
    {
        Snapshot = other.Snapshot;
        Faults = [];
        MyNetworks = other.MyNetworks;
        MyDestination = other.MyDestination;
        RelayDomains = other.RelayDomains;
        Notices = other.Notices;
        Classes = other.Classes;
        LocalRecipients = other.LocalRecipients;
        _tables = other._tables;
        Permits = other.Permits;
        AccessRules = other.AccessRules;
    }

    /// <summary>The configuration.</summary>
    public ConfigSnapshot Snapshot { get; }

    /// <summary>The characters that attributes may have in texts of the operator (<c>smtpd_expansion_filter</c>).</summary>
    public string ExpansionFilter => EscapedText.Decode(Snapshot.Get(SmtpdParameters.ExpansionFilter));

    /// <summary>Takes what is wrong.</summary>
    public List<ConfigFault> Faults { get; }

    /// <summary>Records an error in the value of a parameter.</summary>
    public void AddFault(string parameter, string message) =>
        Faults.Add(new ConfigFault(FaultSeverity.Error, "main.cf", 0, parameter, message));

    /// <summary>The clients that may relay.</summary>
    public AddressMatchList MyNetworks { get; }

    /// <summary>The domains whose mail ends here.</summary>
    public LocalDomains MyDestination { get; }

    /// <summary>The domains that anyone may send to.</summary>
    public DomainMatchList RelayDomains { get; }

    /// <summary>What is logged where an old default decides.</summary>
    public CompatibilityNotices Notices { get; }

    /// <summary>The names in <see cref="MyDestination"/> that exist.</summary>
    public LocalRecipients LocalRecipients { get; }

    /// <summary>The restrictions that the configuration defines.</summary>
    public RestrictionClasses Classes { get; }

    /// <summary>Who is told of what permits.</summary>
    public PermitLog Permits { get; }

    /// <summary>What values of access tables mean.</summary>
    public AccessTableRules AccessRules { get; }

    /// <summary>The same with a list of faults of its own: for what is read while sessions run, on any thread.</summary>
    public RestrictionSetup WithOwnFaults() => new(this);

    /// <summary>The parameter whose value is being read, for faults in what it names.</summary>
    public string Parameter { get; set; } = "";

    /// <summary>The tables that decide about requests, each with the parameter that names it.</summary>
    public IReadOnlyCollection<(string Parameter, ILookupTable Table)> AccessTables => _accessTables;

    /// <summary>The policy services that are asked, each with the parameter that names it.</summary>
    public ICollection<(string Parameter, PolicyServiceSettings Service)> PolicyServices { get; } = [];

    /// <summary>A table that decides about requests: <c>type:name</c>.</summary>
    public AccessTable AccessTable(string name)
    {
        var table = _tables.Open(name, Parameter);
        _accessTables.Add((Parameter, table));
        return new AccessTable(table, AccessRules);
    }

    /// <summary>The tables that a parameter names.</summary>
    public LookupTableList Tables(Parameter<string> parameter) => new(parameter.Name, Snapshot.Get(parameter), _tables);

    /// <summary>A list of addresses that is the value of the parameter.</summary>
    public AddressMatchList Addresses(string parameter, string list) =>
        AddressMatchList.Parse(parameter, list, _tables, ParentsMatch(parameter));

    /// <summary>A list of words that is the value of the parameter.</summary>
    public StringMatchList Words(string parameter, string list) => StringMatchList.Parse(parameter, list, _tables);

    /// <summary>A reply with a code of the configuration; the class of the enhanced status follows the code, as RFC 2034 demands.</summary>
    public static Reply Reply(int code, string status, string text) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{code} {code / 100}{status[1..]} {text}"));

    /// <summary>A list of domains that is the value of the parameter.</summary>
    public DomainMatchList Domains(string parameter, string list) =>
        DomainMatchList.Parse(parameter, list, _tables, ParentsMatch(parameter));

    /// <summary>Whether a domain in the value of the parameter stands for its sub-domains too.</summary>
    public bool ParentsMatch(string parameter) =>
        Snapshot.Get(RoutingParameters.ParentDomainMatchesSubdomains).Contains(parameter, StringComparer.Ordinal);
}
