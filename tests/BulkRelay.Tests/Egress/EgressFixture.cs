using System.Net;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Egress;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Tests.Egress;

/// <summary>An SMTP transport with a host table in place of DNS, and a mail log in memory.</summary>
public sealed class EgressFixture : IAsyncDisposable
{
    public const string Simple = "Subject: test\r\n\r\nHello.\r\n";

    private readonly MemoryStream _file = new();
    private readonly MailLog _log;
    private readonly Dictionary<string, MailHosts> _hosts = [];
    private readonly List<IDeliveryAgent> _agents = [];

    public EgressFixture(params (string Name, string Value)[] settings) : this(TimeProvider.System, settings)
    {
    }

    public EgressFixture(TimeProvider time, params (string Name, string Value)[] settings)
    {
        _log = new MailLog(() => _file, "relay", TimeProvider.System);
        var config = ConfigSnapshot.With([("myhostname", "relay.test"), ("smtp_helo_name", "relay.test"), .. settings]);
        Tables = new LookupTableSet(config, time, _ => { });
        var own = new OwnEndpoints([], []);
        Transport = new SmtpTransport("smtp", config, _log.For("postfix", "smtp"), new EgressServices(time, FindAsync, own), Tables);
    }

    internal SmtpTransport Transport { get; }

    /// <summary>The tables of the transport, with what was found wrong with it.</summary>
    public LookupTableSet Tables { get; }

    /// <summary>Names that were looked up, in order.</summary>
    public List<string> Lookups { get; } = [];

    public IDeliveryAgent CreateAgent(string nexthop)
    {
        var agent = Transport.CreateAgent(new DestinationKey("smtp", nexthop));
        _agents.Add(agent);
        return agent;
    }

    /// <summary>One delivery on an agent of its own.</summary>
    public async Task<DeliveryOutcome> DeliverAsync(string nexthop, DeliveryRequest? request = null)
    {
        var agent = CreateAgent(nexthop);
        var outcome = await agent.DeliverAsync(For(nexthop, request ?? Mail()), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        await agent.DisposeAsync();
        return outcome;
    }

    public void AddHosts(string name, params MailHost[] hosts) => _hosts[name] = MailHosts.Found(hosts);

    public void AddFailure(string name, string status, string reason) =>
        _hosts[name] = MailHosts.None(EnhancedStatus.Parse(status), reason);

    public static MailHost Host(string name, ScriptedServer server, int preference = 0) =>
        new(name, IPAddress.Loopback, server.Port, preference);

    /// <summary>A port that refuses connections.</summary>
    public static MailHost DeadHost(string name, int preference = 0) => new(name, IPAddress.Loopback, 1, preference);

    public static DeliveryRequest Mail(string content = Simple, params string[] recipients) => Mail(new MessageEnvelope
    {
        Id = 1,
        QueueId = "4F2A1",
        Arrived = DateTimeOffset.UnixEpoch,
        Sender = "sender@example.com",
        Size = content.Length,
    }, content, recipients);

    public static DeliveryRequest Mail(MessageEnvelope message, string content = Simple, params string[] recipients)
    {
        var queued = (recipients.Length == 0 ? ["rcpt@example.net"] : recipients).Select((address, i) => Recipient(i, address)).ToList();
        return new DeliveryRequest(new QueueEntry(message, default, queued), MessageContent.From(Encoding.UTF8.GetBytes(content)));
    }

    public static QueuedRecipient Recipient(int number, string address) =>
        new() { Number = number, Address = address, Destination = default, Due = DateTimeOffset.UnixEpoch };

    public static DeliveryRequest For(string nexthop, DeliveryRequest request) =>
        request with { Entry = request.Entry with { Destination = new DestinationKey("smtp", nexthop) } };

    /// <summary>The log so far; ends the fixture's logging.</summary>
    public string CloseLog()
    {
        _log.Dispose();
        return Encoding.UTF8.GetString(_file.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents) await agent.DisposeAsync();
        _log.Dispose();
    }

    private ValueTask<MailHosts> FindAsync(Nexthop nexthop, ConfigSnapshot config, OwnHost own, CancellationToken cancel)
    {
        Lookups.Add(nexthop.Name);
        if (_hosts.TryGetValue(nexthop.Name, out var hosts)) return ValueTask.FromResult(hosts);
        var address = nexthop.Literal ?? throw new InvalidOperationException($"{nexthop.Name} is not in the host table");
        return ValueTask.FromResult(MailHosts.Found([new MailHost(nexthop.Name, address, nexthop.Port, 0)]));
    }
}
