using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Dns.Records;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Smtp;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Restrictions;

/// <summary>Restrictions without a session: a request, the configuration, and a DNS that knows what a test tells it.</summary>
internal sealed class RestrictionBench : IDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string Name, DnsType Type), DnsAnswer> _zone = [];
    private readonly HashSet<string> _silent = new(StringComparer.Ordinal);
    private readonly RestrictionDns _dns;
    private SmtpdPolicy? _policy;
    private Router? _router;

    public RestrictionBench() => _dns = new RestrictionDns(LookUpAsync, InetProtocols.All);

    public TestLog Log { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public List<string> Questions { get; } = [];

    public Client Client { get; set; } = new(IPAddress.Parse("192.0.2.1"), "client.test") { Port = 1234 };

    public string Helo { get; set; } = "helo.test";

    public string Sender { get; set; } = "a@sender.test";

    public string Recipient { get; set; } = "b@relayed.test";

    /// <summary>What is wrong with the last configuration.</summary>
    public IReadOnlyList<ConfigFault> Faults => _policy!.Faults;

    public void A(string name, string address) => Add(name, DnsType.A, new AddressRecord(name, Ttl, IPAddress.Parse(address)));

    public void Txt(string name, string text) => Add(name, DnsType.TXT, new TxtRecord(name, Ttl, text));

    public void Mx(string name, params (int Preference, string Host)[] hosts) =>
        Add(name, DnsType.MX, [.. hosts.Select(h => new MxRecord(name, Ttl, h.Preference, h.Host))]);

    /// <summary>Nobody can tell about the name.</summary>
    public void Silence(string name) => _silent.Add(name);

    /// <summary>The configuration from now on: mail for relayed.test is taken.</summary>
    public void Configure(params (string Name, string Value)[] settings)
    {
        var snapshot = ConfigSnapshot.With([("relay_domains", "relayed.test"), ("mynetworks", "127.0.0.1/32"),
            ("smtpd_relay_restrictions", "reject_unauth_destination"), .. settings]);
        _policy = SmtpdPolicy.Compile(snapshot, Time, _ => { });
        _router = new Router(snapshot, new LookupTableSet(snapshot, Time, _ => { }), Services);
    }

    /// <summary>The configuration from now on, without any setting of the bench's own.</summary>
    public void ConfigureOnly(params (string Name, string Value)[] settings) =>
        _policy = SmtpdPolicy.Compile(ConfigSnapshot.With(settings), Time, _ => { });

    /// <summary>What RCPT is answered in a new session with these restrictions on recipients.</summary>
    public Task<string> AskAsync(string restrictions, params (string Name, string Value)[] settings)
    {
        Configure([("smtpd_recipient_restrictions", restrictions), .. settings]);
        return AskAsync(Request());
    }

    /// <summary>What RCPT is answered.</summary>
    public async Task<string> AskAsync(AccessRequest request) =>
        (await _policy!.Access.CheckRecipientAsync(request, default)).Refusal?.Text ?? "permitted";

    /// <summary>The services of <c>master.cf</c> that deliver.</summary>
    public HashSet<string> Services { get; } = ["smtp", "relay"];

    /// <summary>How recipients are routed, if not as the configuration says.</summary>
    public RouteRecipient? Route { get; set; }

    /// <summary>The hosts of whatever domain.</summary>
    public MailHosts MailHosts { get; set; } = MailHosts.None(new EnhancedStatus(4, 4, 3), "nobody was asked");

    /// <summary>A session that has come to RCPT.</summary>
    public AccessRequest Request()
    {
        EmailAddress.TryParse(Sender, out var sender).ShouldBeTrue();
        EmailAddress.TryParse(Recipient, out var recipient).ShouldBeTrue();
        return new AccessRequest(Client, Time, Log.Service)
        {
            Dns = _dns,
            Route = Route ?? ((recipient, sender, filter, cancel) => _router!.RouteAsync(recipient, sender, filter, cancel)),
            FindMailHosts = (domain, _) => new(MailHosts),
            PauseAsync = time => new ValueTask(Task.Delay(time, Time)),
            HeloName = Helo,
            Protocol = "ESMTP",
            Where = "RCPT",
            Sender = sender.IsNull || !sender.Domain.IsEmpty ? Sender : $"{Sender}@origin.test",
            SenderAsGiven = sender,
            Recipient = recipient.Domain.IsEmpty ? recipient.WithDomain("origin.test") : recipient,
            RecipientAsGiven = recipient,
        };
    }

    public void Dispose() => Log.Dispose();

    private void Add(string name, DnsType type, params DnsRecord[] records) => _zone[(name, type)] = DnsAnswer.Found(name, type, records);

    private ValueTask<DnsAnswer> LookUpAsync(string name, DnsType type, CancellationToken cancel)
    {
        Questions.Add($"{type} {name}");
        if (_silent.Contains(name)) return new(DnsAnswer.Temporary(name, type, "no answer"));
        if (_zone.TryGetValue((name, type), out var known)) return new(known);
        return new(_zone.Keys.Any(k => k.Name == name) ? DnsAnswer.NoData(name, type) : DnsAnswer.NoSuchName(name, type));
    }
}
