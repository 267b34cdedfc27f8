using System.Collections.Concurrent;

namespace BulkRelay.Core.Dns;

/// <summary>
/// Answers until their time is over, at most a given number and so many octets: the oldest make room. Temporary failures are not kept.
/// Reads take no lock.
/// </summary>
internal sealed class DnsCache(DnsSettings settings, TimeProvider time)
{
    private readonly DnsSettings _settings = settings;
    private readonly TimeProvider _time = time;
    private readonly ConcurrentDictionary<(string Name, DnsType Type), Entry> _entries = new();

    /// <summary>Every entry in the order in which it came, those replaced since included. Guarded by itself.</summary>
    private readonly Queue<Entry> _byAge = new();

    /// <summary>The memory of these entries. Guarded by them.</summary>
    private long _octets;

    public int Count => _entries.Count;

    /// <summary>About how much memory the answers take.</summary>
    public long Octets => Volatile.Read(ref _octets);

    /// <summary>A kept answer whose time is not over; null if there is none.</summary>
    public DnsAnswer? Find(string name, DnsType type) =>
        _entries.TryGetValue((name, type), out var entry) && _time.GetTimestamp() < entry.Expires ? entry.Answer : null;

    /// <summary>Keeps an answer for its time to live, or for the longest time that the settings allow.</summary>
    public void Add(DnsAnswer answer)
    {
        var longest = answer.Status == DnsStatus.Found ? _settings.MaxTtl : _settings.MaxNegativeTtl;
        var keep = answer.Ttl < longest ? answer.Ttl : longest;
        if (answer.Status is DnsStatus.Temporary or DnsStatus.Invalid || keep <= TimeSpan.Zero || _settings.CacheSize == 0) return;
        if (answer.Octets > _settings.CacheMemoryLimit) return;
        var entry = new Entry(answer, _time.GetTimestamp() + (long)(keep.TotalSeconds * _time.TimestampFrequency));
        lock (_byAge)
        {
            _byAge.Enqueue(entry);
            _octets += entry.Octets;
            _entries[entry.Key] = entry;
            while (_byAge.Count > _settings.CacheSize || _octets > _settings.CacheMemoryLimit)
            {
                var oldest = _byAge.Dequeue();
                _octets -= oldest.Octets;
                _entries.TryRemove(new KeyValuePair<(string, DnsType), Entry>(oldest.Key, oldest));
            }
        }
    }

    /// <summary>Compared by identity, so that a newer answer is not removed in place of the one that it replaced.</summary>
    private sealed class Entry(DnsAnswer answer, long expires)
    {
        public DnsAnswer Answer { get; } = answer;

        public long Expires { get; } = expires;

        public int Octets { get; } = answer.Octets;

        public (string Name, DnsType Type) Key => (Answer.Name, Answer.Type);
    }
}
