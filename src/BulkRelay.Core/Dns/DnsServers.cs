using System.Net;
using System.Threading.Channels;

namespace BulkRelay.Core.Dns;

/// <summary>
/// Asks the name servers one after the other until one gives a usable answer: records, or the statement that there are none. The first
/// round uses EDNS0, later rounds do without, for the sake of what drops it on the way.
/// </summary>
internal sealed class DnsServers(DnsSettings settings, TimeProvider time)
{
    /// <summary>Questions under way at once: each holds a socket, and so a place in this channel.</summary>
    private const int MaxConcurrentQueries = 256;

    private readonly DnsSettings _settings = settings;
    private readonly TimeProvider _time = time;
    private readonly Channel<bool> _slots = Channel.CreateBounded<bool>(MaxConcurrentQueries);

    /// <summary>Asks for a normalised name. Ends within attempts × servers × two time-outs once its turn has come.</summary>
    public async Task<DnsReply> AskAsync(string name, DnsType type)
    {
        await _slots.Writer.WriteAsync(true);
        try
        {
            var reply = DnsReply.Failed("no name server");
            for (var round = 0; round < _settings.Attempts; round++)
            {
                foreach (var server in _settings.Servers)
                {
                    reply = await AskAsync(server, name, type, useEdns: round == 0);
                    if (reply.Message is not null) return reply;
                }
            }
            return reply;
        }
        finally
        {
            _slots.Reader.TryRead(out _);
        }
    }

    private async Task<DnsReply> AskAsync(IPEndPoint server, string name, DnsType type, bool useEdns)
    {
        try
        {
            var answer = await ExchangeAsync(server, DnsQuery.Create(name, type, useEdns));
            // A server from before EDNS0 answers in one of these ways (RFC 6891 section 7).
            if (useEdns && answer is { Code: DnsCode.FormatError or DnsCode.NotImplemented })
                answer = await ExchangeAsync(server, DnsQuery.Create(name, type, useEdns: false));
            return Judge(server, answer);
        }
        catch (OperationCanceledException)
        {
            return DnsReply.Failed($"{server}: timed out");
        }
        catch (Exception e)
        {
            // Whatever a stranger's zone does here must not end the session or the delivery that asks.
            return DnsReply.Failed($"{server}: {e.Message}");
        }
    }

    private async Task<DnsMessage?> ExchangeAsync(IPEndPoint server, DnsQuery query)
    {
        byte[] answer;
        using (var timeout = new CancellationTokenSource(_settings.Timeout, _time))
            answer = await DnsExchange.ByUdpAsync(server, query, timeout.Token);
        if (DnsMessage.IsTruncated(answer) || !query.HasSameCase(answer))
        {
            using var timeout = new CancellationTokenSource(_settings.Timeout, _time);
            answer = await DnsExchange.ByTcpAsync(server, query, timeout.Token);
        }
        return DnsMessage.TryParse(answer);
    }

    private static DnsReply Judge(IPEndPoint server, DnsMessage? answer) => answer switch
    {
        null => DnsReply.Failed($"{server}: malformed answer"),
        { Code: not (DnsCode.NoError or DnsCode.NoSuchName) } => DnsReply.Failed($"{server}: {answer.Code}"),
        // A server that neither knows the zone nor asks others for us points to where to ask: no use to a stub resolver.
        { Code: DnsCode.NoError, Answers: [], IsAuthoritative: false, IsRecursive: false } =>
            DnsReply.Failed($"{server}: does not resolve for us"),
        _ => answer,
    };
}
