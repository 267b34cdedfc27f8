using System.Net;
using System.Net.Sockets;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// Who failed to sign in lately: each further failure of an address (of a /64 with IPv6) is answered later, and until then nothing else
/// that the address tries is looked at: who hangs up and comes back would wait for nothing. What is kept is bounded: when it is full, who
/// failed longest ago is forgotten. Safe for many threads.
/// </summary>
internal sealed class FailedSignIns(TimeProvider time)
{
    /// <summary>After this time without another failure all is forgiven.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    /// <summary>The longest delay, well below the patience of mail clients.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(15);

    /// <summary>The addresses that are kept.</summary>
    public const int MaxAddresses = 10_000;

    private const int FreeFailures = 2;

    private readonly Dictionary<IPAddress, LinkedListNode<Entry>> _byAddress = [];
    private readonly LinkedList<Entry> _byTime = [];
    private readonly Lock _gate = new();

    /// <summary>How many addresses are kept now.</summary>
    public int Count
    {
        get { lock (_gate) return _byAddress.Count; }
    }

    /// <summary>Notes a failure, and tells how long its answer is to be held back: nothing twice, then one second, doubled each time.</summary>
    public TimeSpan Add(IPAddress address)
    {
        var key = KeyOf(address);
        var now = time.GetTimestamp();
        lock (_gate)
        {
            while (_byTime.First is { } oldest && (_byTime.Count >= MaxAddresses && !_byAddress.ContainsKey(key) || IsOver(oldest.Value, now))) Remove(oldest);
            var failures = 1;
            if (_byAddress.TryGetValue(key, out var known))
            {
                failures = known.Value.Failures + 1;
                Remove(known);
            }
            _byAddress[key] = _byTime.AddLast(new Entry(key, failures, now));
            return DelayOf(failures);
        }
    }

    /// <summary>How long the address has to wait for the answer to its last failure.</summary>
    public TimeSpan Owed(IPAddress address)
    {
        lock (_gate)
        {
            if (!_byAddress.TryGetValue(KeyOf(address), out var known)) return TimeSpan.Zero;
            var owed = DelayOf(known.Value.Failures) - time.GetElapsedTime(known.Value.Last);
            return owed > TimeSpan.Zero ? owed : TimeSpan.Zero;
        }
    }

    private static TimeSpan DelayOf(int failures)
    {
        if (failures <= FreeFailures) return TimeSpan.Zero;
        var seconds = 1 << Math.Min(failures - FreeFailures - 1, 10);
        return TimeSpan.FromSeconds(Math.Min(seconds, MaxDelay.TotalSeconds));
    }

    private static IPAddress KeyOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var octets = address.GetAddressBytes();
        octets.AsSpan(8).Clear();
        return new IPAddress(octets);
    }

    private bool IsOver(Entry entry, long now) => time.GetElapsedTime(entry.Last, now) >= Memory;

    private void Remove(LinkedListNode<Entry> node)
    {
        _byTime.Remove(node);
        _byAddress.Remove(node.Value.Address);
    }

    private sealed record Entry(IPAddress Address, int Failures, long Last);
}
