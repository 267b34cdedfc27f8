using System.Net;
using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Ingress.Limits;

/// <summary>
/// Counts what clients do, over all services of the relay, each by service and address (Postfix: anvil(8)). Bounded: a client is forgotten
/// once it has had no connection for the time over which rates are counted, or when too many such clients are known. Thread-safe; one lock,
/// held for a look into a dictionary.
/// </summary>
internal sealed class Anvil(TimeProvider time, ServiceLog log)
{
    /// <summary>The most clients without a connection that are remembered: some 10 MB.</summary>
    private const int MaxIdle = 50_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Service, IPAddress Address), ClientUsage> _clients = [];
    private readonly Queue<(ClientUsage Client, long Since)> _line = new();
    private readonly UsagePeak _count = new("connection count");
    private readonly UsagePeak _size = new("cache size");
    private readonly UsagePeak[] _rates =
        [new("connection rate"), new("message rate"), new("recipient rate"), new("newtls rate"), new("auth rate")];
    private ITimer? _report;

    /// <summary>How many clients are known.</summary>
    public int Size
    {
        get { lock (_gate) return _clients.Count; }
    }

    /// <summary>A client has connected: counts it, until <see cref="Leave"/>.</summary>
    /// <param name="service">The service.</param>
    /// <param name="address">The client.</param>
    /// <param name="limits">What holds for it.</param>
    /// <param name="connections">How many connections it has now.</param>
    /// <param name="rate">How many it has made within the time.</param>
    public ClientUsage Join(string service, IPAddress address, ClientLimits limits, out int connections, out int rate)
    {
        lock (_gate)
        {
            Forget(limits.RateTimeUnit);
            if (!_clients.TryGetValue((service, address), out var client))
            {
                client = new ClientUsage(service, address) { Begun = time.GetTimestamp() };
                _clients.Add((service, address), client);
                _size.Note(_clients.Count, null, time);
            }
            connections = ++client.Connections;
            _count.Note(connections, client, time);
            rate = CountLocked(client, ClientEvent.Connection, limits);
            return client;
        }
    }

    /// <summary>Counts something that a connected client did, and gives how often it did so within the time.</summary>
    public int Count(ClientUsage client, ClientEvent what, ClientLimits limits)
    {
        lock (_gate) return CountLocked(client, what, limits);
    }

    /// <summary>How often a connected client did something within the time.</summary>
    public int Look(ClientUsage client, ClientEvent what, ClientLimits limits)
    {
        lock (_gate) return time.GetElapsedTime(client.Begun) > limits.RateTimeUnit ? 0 : client.Events[(int)what];
    }

    /// <summary>A connection of the client has closed.</summary>
    public void Leave(ClientUsage client)
    {
        lock (_gate)
        {
            if (--client.Connections > 0) return;
            client.IdleSince = time.GetTimestamp();
            if (client.IsInLine) return;
            client.IsInLine = true;
            _line.Enqueue((client, client.IdleSince));
        }
    }

    /// <summary>Logs the highest rates and counts since the last report. It does so by itself from time to time; and it is to be asked at the end.</summary>
    public void Report()
    {
        List<string> lines = [];
        lock (_gate)
        {
            _report?.Dispose();
            _report = null;
            foreach (var peak in (UsagePeak[])[_rates[0], _count, .. _rates[1..], _size])
                if (peak.Take() is { } line) lines.Add(line);
        }
        foreach (var line in lines) log.Info($"{line}");
    }

    private int CountLocked(ClientUsage client, ClientEvent what, ClientLimits limits)
    {
        if (time.GetElapsedTime(client.Begun) > limits.RateTimeUnit)
        {
            Array.Clear(client.Events);
            client.Begun = time.GetTimestamp();
        }
        var count = client.Events[(int)what];
        if (count < int.MaxValue) client.Events[(int)what] = ++count;
        _rates[(int)what].Note(count, client, time, limits.RateTimeUnit);
        // One report is due after the first thing that there is to report.
        _report ??= time.CreateTimer(static anvil => ((Anvil)anvil!).Report(), this, limits.StatusUpdateTime, Timeout.InfiniteTimeSpan);
        return count;
    }

    /// <summary>Looks at those whose time in the line is over: they go, unless they were here again since.</summary>
    private void Forget(TimeSpan after)
    {
        while (_line.TryPeek(out var head) && (_line.Count > MaxIdle || time.GetElapsedTime(head.Since) >= after))
        {
            var client = _line.Dequeue().Client;
            client.IsInLine = client.Connections == 0 && client.IdleSince != head.Since && _line.Count < MaxIdle;
            if (client.IsInLine) _line.Enqueue((client, client.IdleSince));
            else if (client.Connections == 0) _clients.Remove((client.Service, client.Address));
        }
    }
}
