using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// Logins that servers refused with 535 (<c>smtp_sasl_auth_cache_name</c>), so that they are not tried over and over until the server locks
/// the account. Of passwords only a digest is kept, under a key of this process. Bounded: the oldest go first. Safe for many threads.
/// </summary>
internal sealed class SaslFailureMemory(TimeProvider time)
{
    private const int MostEntries = 10_000;

    private readonly ConcurrentDictionary<(string Host, string User), Entry> _entries = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>The refusal of a login by a server, if it is younger than <paramref name="age"/> and was of the same password.</summary>
    public SaslRefusal? Find(string host, SaslLogin login, TimeSpan age)
    {
        if (!_entries.TryGetValue((host, login.User), out var entry)) return null;
        return time.GetElapsedTime(entry.At) < age && CryptographicOperations.FixedTimeEquals(entry.Password, Digest(login)) ? entry.Refusal : null;
    }

    /// <summary>Keeps a refusal.</summary>
    public void Add(string host, SaslLogin login, SaslRefusal refusal)
    {
        _entries[(host, login.User)] = new Entry(refusal, Digest(login), time.GetTimestamp());
        if (_entries.Count > MostEntries) _entries.TryRemove(_entries.MinBy(e => e.Value.At));
    }

    private byte[] Digest(SaslLogin login) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(login.Password));

    private sealed record Entry(SaslRefusal Refusal, byte[] Password, long At);
}
