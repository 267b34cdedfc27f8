using System.Security.Cryptography;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// Users and their secrets in lookup tables. A name that nobody has gets a stand-in: a secret like that of some user, always the same one,
/// so that a wrong name costs the same work as a wrong password of somebody.
/// </summary>
/// <param name="tables">Asked in order.</param>
/// <param name="allowsBare">Whether a value may be the password as it is.</param>
/// <param name="hostname">The realm of names that were given without one, as saslpasswd2 knows it.</param>
/// <param name="standInKey">What stand-ins are made from; asked for when the first client signs in.</param>
/// <param name="warn">Takes what is wrong with a secret; it never says what the secret is.</param>
internal sealed class CredentialTable(IReadOnlyList<ILookupTable> tables, bool allowsBare, string hostname, Func<byte[]> standInKey,
    Action<string> warn)
{
    private readonly Lazy<byte[]> _key = new(standInKey);
    private volatile Known? _known;

    /// <summary>True if every user can sign in by CRAM-MD5.</summary>
    public bool HasPlain => Look().HasPlain;

    /// <summary>True if every user can sign in by SCRAM.</summary>
    public bool HasScram => Look().HasScram;

    /// <summary>The secret of a user; or a stand-in, and that it is one; or why a table could not answer.</summary>
    public async ValueTask<(StoredSecret Secret, bool Exists, string? Trouble)> FindAsync(SaslLogin login, CancellationToken cancel)
    {
        var standIn = StandInFor(login.Given);
        foreach (var name in NamesOf(login))
        {
            foreach (var table in tables)
            {
                var found = await table.LookupAsync(name, cancel);
                if (found.Failure is { } failure) return (standIn, false, failure);
                if (found.Value is not { } value) continue;
                if (StoredSecret.Parse(value, allowsBare, out var fault) is { } secret) return (secret, true, null);
                warn($"{table.Name}: user {name}: {fault}");
                return (standIn, false, null);
            }
        }
        return (standIn, false, null);
    }

    /// <summary>Looks for what is wrong with the secrets, as far as the tables can be listed.</summary>
    public void Check(string parameter, Action<ConfigFault> report) =>
        new TableCheck().Run(report, parameter, tables, value => StoredSecret.Parse(value, allowsBare, out var fault) is null ? fault : null);

    private IEnumerable<string> NamesOf(SaslLogin login)
    {
        yield return login.Name;
        if (login.Name != login.Given) yield return login.Given;
        if (!login.Given.Contains('@', StringComparison.Ordinal)) yield return $"{login.Given}@{hostname}";
    }

    private StoredSecret StandInFor(string login)
    {
        var digest = HMACSHA256.HashData(_key.Value, Encoding.UTF8.GetBytes(login.ToLowerInvariant()));
        var known = Look().Secrets;
        var model = known.Count == 0 ? null : known[(int)(BitConverter.ToUInt32(digest) % (uint)known.Count)];
        return StoredSecret.Impossible(digest[..16], model);
    }

    private Known Look()
    {
        var entries = tables.Select(t => (t as TextTable)?.Content).ToList();
        var known = _known;
        if (known is not null && known.Entries.SequenceEqual(entries)) return known;
        return _known = new Known(entries, [.. entries.Where(e => e is not null).SelectMany(e => e!.Values)
            .Select(v => StoredSecret.Parse(v, allowsBare, out _)).OfType<StoredSecret>()]);
    }

    /// <summary>What the tables held when they were last looked at; a table that changes has another dictionary.</summary>
    private sealed record Known(IReadOnlyList<IReadOnlyDictionary<string, string>?> Entries, IReadOnlyList<StoredSecret> Secrets)
    {
        public bool HasPlain { get; } = IsComplete(Entries, Secrets) && Secrets.All(s => s.Plain is not null);

        public bool HasScram { get; } = IsComplete(Entries, Secrets) && Secrets.All(s => s.Plain is not null || s.Scram is not null);

        private static bool IsComplete(IReadOnlyList<IReadOnlyDictionary<string, string>?> entries, IReadOnlyList<StoredSecret> secrets) =>
            secrets.Count > 0 && !entries.Contains(null);
    }
}
