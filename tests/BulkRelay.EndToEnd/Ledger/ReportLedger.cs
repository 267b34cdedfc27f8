using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Ledger;

/// <summary>Where the reports to the sender arrive: who of which message was given up.</summary>
internal sealed partial class ReportLedger : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Id, string Recipient), byte> _failed = new();
    private readonly SinkServer _server;

    public ReportLedger() =>
        _server = new SinkServer(new SinkOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) }, TimeProvider.System, Keep);

    public int Port => _server.EndPoint.Port;

    /// <summary>How many recipients were given up.</summary>
    public int Count => _failed.Count;

    /// <summary>Whether the sender was told that the message did not reach the recipient.</summary>
    public bool Has(string id, string recipient) => _failed.ContainsKey((id, recipient));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private void Keep(SinkMessage message)
    {
        var report = Encoding.ASCII.GetString(message.Content());
        var id = MessageId().Match(report).Groups[1].Value;
        foreach (Match failed in Failed().Matches(report)) _failed.TryAdd((id, failed.Groups[1].Value), 0);
    }

    /// <summary>The field of the message that is returned; the report's own is of another domain.</summary>
    [GeneratedRegex(@"^Message-ID: <(\w+)@campaign\.test>", RegexOptions.Multiline)]
    private static partial Regex MessageId();

    [GeneratedRegex(@"^Final-Recipient: rfc822; (\S+)\r\n(?:\S.*\r\n)*?Action: failed\r\n", RegexOptions.Multiline)]
    private static partial Regex Failed();
}
