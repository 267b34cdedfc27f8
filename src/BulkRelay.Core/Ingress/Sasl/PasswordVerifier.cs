using System.Security.Cryptography;
using System.Text;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// Compares passwords with stored secrets. Hashing is slow by intent, so it is done away from the session's thread, a few at a time; a
/// password that was right a moment ago is known again without it, by a keyed digest, so that who signs in for each message pays once.
/// </summary>
internal sealed class PasswordVerifier(WorkGate gate, TimeProvider time)
{
    /// <summary>How long a right password is known again after its last use.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private const int MaxRemembered = 10_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Dictionary<Int128, long> _remembered = [];
    private readonly Lock _gate = new();
    private long _derivations;

    /// <summary>How often a password was hashed.</summary>
    public long Derivations => Interlocked.Read(ref _derivations);

    /// <summary>
    /// Whether the password is the one of the secret; null if there was no turn to find out. A wrong one takes the same work whether or
    /// not the user exists: for one that does not, <paramref name="exists"/> is false and the secret is a stand-in.
    /// </summary>
    public async ValueTask<bool?> VerifyAsync(StoredSecret secret, string password, bool exists, CancellationToken cancel)
    {
        if (!secret.IsSlow) return secret.Matches(password) & exists;
        var digest = DigestOf(secret, password);
        if (exists && IsRemembered(digest)) return true;
        return await WorkAsync(() => Check(secret, password, exists, digest), cancel);
    }

    /// <summary>Does slow work in its turn; the default value if there was none.</summary>
    public async ValueTask<T?> WorkAsync<T>(Func<T> work, CancellationToken cancel)
    {
        if (!await gate.EnterAsync(cancel)) return default;
        try
        {
            return await Task.Run(() =>
            {
                Interlocked.Increment(ref _derivations);
                return work();
            }, CancellationToken.None);
        }
        finally
        {
            gate.Leave();
        }
    }

    private bool? Check(StoredSecret secret, string password, bool exists, Int128 digest)
    {
        var isRight = secret.Matches(password) & exists;
        if (isRight) Remember(digest);
        return isRight;
    }

    private Int128 DigestOf(StoredSecret secret, string password)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(Encoding.UTF8.GetBytes(secret.Text));
        hmac.AppendData([0]);
        hmac.AppendData(Encoding.UTF8.GetBytes(password));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hmac.GetHashAndReset(digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadInt128BigEndian(digest);
    }

    private bool IsRemembered(Int128 digest)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (!_remembered.TryGetValue(digest, out var last)) return false;
            if (time.GetElapsedTime(last, now) >= Memory) return !_remembered.Remove(digest);
            _remembered[digest] = now;
            return true;
        }
    }

    private void Remember(Int128 digest)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (_remembered.Count >= MaxRemembered)
            {
                foreach (var (old, last) in _remembered)
                    if (time.GetElapsedTime(last, now) >= Memory) _remembered.Remove(old);
            }
            // All of it in use: forgetting costs some of them one more hash.
            if (_remembered.Count >= MaxRemembered) _remembered.Clear();
            _remembered[digest] = now;
        }
    }
}
