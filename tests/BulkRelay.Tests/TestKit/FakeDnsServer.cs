using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using BulkRelay.Core.Dns;

namespace BulkRelay.Tests.TestKit;

/// <summary>
/// A name server on a loopback port, UDP and TCP. It knows the records that a test gives it, says NXDOMAIN to other names (with an SOA
/// of <see cref="NegativeTtl"/>), truncates as a real one does, and misbehaves where a test scripts it.
/// </summary>
public sealed class FakeDnsServer : IAsyncDisposable
{
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, List<(DnsType Type, byte[] Octets)>> _zone = new();
    private readonly ConcurrentDictionary<(string, DnsType), Func<byte[], IEnumerable<byte[]>>> _scripts = new();
    private readonly ConcurrentQueue<DnsQuestion> _questions = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Task _serving;

    public FakeDnsServer()
    {
        BindBoth();
        _tcp.Listen(16);
        EndPoint = (IPEndPoint)_udp.LocalEndPoint!;
        _serving = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    /// <summary>A question as it came, in order of arrival.</summary>
    public sealed record DnsQuestion(string Name, DnsType Type, bool IsTcp, bool HasEdns, int Id, int SourcePort);

    public IPEndPoint EndPoint { get; }

    /// <summary>The value of <c>dns_servers</c> that leads here.</summary>
    public string Address => EndPoint.ToString();

    public long NegativeTtl { get; set; } = 60;

    /// <summary>Set to answer with the AD bit.</summary>
    public bool IsValidating { get; set; }

    /// <summary>Set to answer a query that has EDNS0 as a server from before 1999 does.</summary>
    public bool RefusesEdns { get; set; }

    public IReadOnlyList<DnsQuestion> Questions => [.. _questions];

    public FakeDnsServer Mx(string name, int preference, string exchange, long ttl = 300) => Add(name, DnsType.MX, ttl, DnsWire.Mx(preference, exchange));

    public FakeDnsServer Host(string name, params string[] addresses)
    {
        foreach (var address in addresses) Add(name, address.Contains(':') ? DnsType.AAAA : DnsType.A, 300, DnsWire.Address(address));
        return this;
    }

    public FakeDnsServer Alias(string name, string target) => Add(name, DnsType.CNAME, 300, DnsWire.Name(target));

    public FakeDnsServer Pointer(string address, string host) => Add(ReverseName.Of(IPAddress.Parse(address)), DnsType.PTR, 300, DnsWire.Name(host));

    public FakeDnsServer Add(string name, DnsType type, long ttl, byte[] data)
    {
        var records = _zone.GetOrAdd(name, _ => []);
        lock (records) records.Add((type, DnsWire.Record(name, type, ttl, data)));
        return this;
    }

    public FakeDnsServer Remove(string name)
    {
        _zone.TryRemove(name, out _);
        return this;
    }

    /// <summary>Answers one question with a code: 2 is SERVFAIL, 5 is REFUSED.</summary>
    public FakeDnsServer Fail(string name, DnsType type, int code = 2) => Script(name, type, query => [DnsWire.Reply(query, code, [])]);

    /// <summary>Never answers one question.</summary>
    public FakeDnsServer Silence(string name, DnsType type) => Script(name, type, _ => []);

    /// <summary>Answers one question with these datagrams, by UDP and TCP alike.</summary>
    public FakeDnsServer Script(string name, DnsType type, Func<byte[], IEnumerable<byte[]>> replies)
    {
        _scripts[(name, type)] = replies;
        return this;
    }

    /// <summary>The answer that a well-behaved server gives.</summary>
    public byte[] Answer(byte[] query)
    {
        var (name, type) = DnsWire.Asked(query);
        var flags = IsValidating ? 0x20 : 0;
        if (!_zone.TryGetValue(name, out var records))
            return DnsWire.Reply(query, flags | 3, [], [DnsWire.Record("test", DnsType.SOA, 3600, DnsWire.Soa("test", NegativeTtl))]);
        lock (records)
        {
            var answers = records.Where(r => r.Type == type || r.Type == DnsType.CNAME).Select(r => r.Octets).ToList();
            return answers.Count > 0 ? DnsWire.Reply(query, flags, answers)
                : DnsWire.Reply(query, flags, [], [DnsWire.Record("test", DnsType.SOA, 3600, DnsWire.Soa("test", NegativeTtl))]);
        }
    }

    /// <summary>Completes when one more question has come in.</summary>
    public async Task WaitForQuestionAsync() => (await _arrived.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue("no question came");

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _serving;
        _stop.Dispose();
        _arrived.Dispose();
    }

    private void BindBoth()
    {
        // The port that UDP gets may be taken for TCP; a few tries find one that is free for both.
        _tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _udp.Bind(_tcp.LocalEndPoint!);
    }

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var received = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                var query = buffer[..received.ReceivedBytes];
                foreach (var reply in Replies(query, isTcp: false, ((IPEndPoint)received.RemoteEndPoint).Port))
                    await _udp.SendToAsync(Truncate(query, reply), SocketFlags.None, received.RemoteEndPoint, _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true) await ServeTcpAsync(await _tcp.AcceptAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task ServeTcpAsync(Socket client)
    {
        await using var stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            while (true)
            {
                var prefix = new byte[2];
                await stream.ReadExactlyAsync(prefix, _stop.Token);
                var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
                await stream.ReadExactlyAsync(query, _stop.Token);
                foreach (var reply in Replies(query, isTcp: true, ((IPEndPoint)client.RemoteEndPoint!).Port))
                    await stream.WriteAsync((byte[])[.. DnsWire.UInt16(reply.Length), .. reply], _stop.Token);
            }
        }
        catch (IOException)
        {
        }
    }

    private IEnumerable<byte[]> Replies(byte[] query, bool isTcp, int port)
    {
        var (name, type) = DnsWire.Asked(query);
        var hasEdns = query[11] > 0;
        _questions.Enqueue(new DnsQuestion(name, type, isTcp, hasEdns, BinaryPrimitives.ReadUInt16BigEndian(query), port));
        _arrived.Release();
        if (hasEdns && RefusesEdns) return [[.. query[..2], 0x80, 0x01, 0, 0, 0, 0, 0, 0, 0, 0]];
        return _scripts.TryGetValue((name, type), out var script) ? script(query) : [Answer(query)];
    }

    private static byte[] Truncate(byte[] query, byte[] reply)
    {
        var limit = query[11] > 0 ? BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(DnsWire.HeaderLength + DnsWire.Question(query).Length + 3)) : 512;
        if (reply.Length <= limit) return reply;
        byte[] cut = [.. reply[..(DnsWire.HeaderLength + DnsWire.Question(query).Length)]];
        cut[2] |= 0x02;
        cut[6] = cut[7] = cut[8] = cut[9] = 0;
        return cut;
    }
}
