using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Dns.Records;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Smtp;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Restrictions;

/// <summary>The restrictions of a configuration, with a DNS and a session of the test.</summary>
internal sealed class RulesOfTest : IDisposable
{
    private readonly TestLog _log = new();
    private readonly Dictionary<(string, DnsType), DnsAnswer> _dns = [];
    private readonly List<ConfigFault> _faults = [];
    private readonly LookupTableSet _tables;
    private readonly AccessRules _rules;

    public RulesOfTest(params (string Name, string Value)[] settings)
    {
        var snapshot = ConfigSnapshot.With([("mydestination", ""), ("mynetworks", "127.0.0.9"), ("relay_domains", "hosted.test"), .. settings]);
        _tables = new LookupTableSet(snapshot, Time, _ => { });
        _rules = new AccessRules(new RestrictionSetup(snapshot, _tables, _faults));
        Request = RequestOf(new Client(IPAddress.Parse("192.0.2.1"), "client.test"));
    }

    public FakeTimeProvider Time { get; } = new();

    /// <summary>What is wrong with the configuration.</summary>
    public IReadOnlyList<string> Faults => [.. _faults.Concat(_tables.Faults).Select(f => $"{f.Parameter}: {f.Message}")];

    /// <summary>The session.</summary>
    public AccessRequest Request { get; private set; }

    /// <summary>The log, once it has all that was said.</summary>
    public async Task<string> LogAsync()
    {
        _log.Service.Info($"end of test");
        await _log.WaitForAsync("end of test");
        return _log.Text;
    }

    public void Connect(string address, ClientName name) => Request = RequestOf(new Client(IPAddress.Parse(address), name));

    public void Dns(DnsType type, string name, params DnsRecord[] records) => _dns[(name, type)] = DnsAnswer.Found(name, type, records);

    public void DnsFails(DnsType type, string name) => _dns[(name, type)] = DnsAnswer.Temporary(name, type, "down");

    /// <summary>The reply to RCPT; empty if the recipient is accepted.</summary>
    public async Task<string> RcptAsync(string sender = "a@sender.test", string recipient = "x@hosted.test")
    {
        EmailAddress.TryParse(sender, out var from).ShouldBeTrue();
        EmailAddress.TryParse(recipient, out var to).ShouldBeTrue();
        (Request.Sender, Request.SenderAsGiven) = (from.Text, from);
        (Request.Recipient, Request.RecipientAsGiven) = (to, to);
        var verdict = await _rules.CheckRecipientAsync(Request, CancellationToken.None);
        return verdict.Refusal?.Text ?? "";
    }

    public void Dispose() => _log.Dispose();

    private AccessRequest RequestOf(Client client) => new(client, Time, _log.Service)
    {
        PauseAsync = time => new ValueTask(Task.Delay(time, Time)),
        HeloName = "helo.test",
        Protocol = "ESMTP",
        Where = "RCPT",
        Dns = new RestrictionDns((name, type, _) => new(_dns.GetValueOrDefault((name, type), DnsAnswer.NoSuchName(name, type))), InetProtocols.All),
    };
}
