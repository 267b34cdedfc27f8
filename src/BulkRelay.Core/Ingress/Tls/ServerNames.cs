using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>The certificates for the names that clients ask for in the handshake (<c>tls_server_sni_maps</c>). What was read of a table's files is kept.</summary>
internal sealed class ServerNames
{
    /// <summary>A table that makes up its answers must not fill the memory.</summary>
    private const int MaxKept = 10_000;

    private readonly LookupTableList _tables;
    private readonly Func<IReadOnlyList<string>, ServerCredentials> _load;
    private readonly Action<string> _warn;
    private readonly Dictionary<string, ServerCredentials> _known = new(StringComparer.Ordinal);

    private ServerNames(LookupTableList tables, Func<IReadOnlyList<string>, ServerCredentials> load, Action<string> warn)
    {
        _tables = tables;
        _load = load;
        _warn = warn;
    }

    /// <summary>Opens the tables; null if there are none.</summary>
    public static ServerNames? Open(ConfigSnapshot snapshot, LookupTableSet tables, TlsServerSettings settings, TimeProvider time, Action<string> warn)
    {
        var parameter = SmtpdTlsParameters.ServerSniMaps;
        var list = new LookupTableList(parameter.Name, snapshot.Get(parameter), tables);
        return list.IsEmpty ? null : new ServerNames(list, files => ServerCredentials.OfChainFiles(files, snapshot, settings, time, warn), warn);
    }

    /// <summary>What is wrong with the files that an entry names; null for nothing.</summary>
    public static string? Fault(string files, ConfigSnapshot snapshot)
    {
        if (ParameterList.TrySplit(files, out var syntax) is not { } names) return syntax;
        var read = new CertificateFiles();
        read.AddChains(SmtpdTlsParameters.ServerSniMaps.Name, names.Select(snapshot.PathOf));
        return read.Faults.Count > 0 ? read.Faults[0].Message : null;
    }

    /// <summary>The certificates for a name; null if there are none, and the service's own are to be shown.</summary>
    public async ValueTask<ServerCertificates?> FindAsync(string name, CancellationToken cancel)
    {
        if (name.Length is 0 or > 255) return null;
        var key = name.ToLowerInvariant().TrimEnd('.');
        for (var (part, isPart) = (key, false); part.Length > 0; isPart = true)
        {
            var found = await _tables.LookupAsync(part, isPart, cancel);
            if (found.Failure is { } failure) _warn($"{SmtpdTlsParameters.ServerSniMaps.Name}: {failure}");
            if (found.Value is { } files) return Credentials(files).Current();
            var dot = part.IndexOf('.', 1);
            part = dot < 0 ? "" : part[dot..];
        }
        return null;
    }

    private ServerCredentials Credentials(string files)
    {
        lock (_known)
        {
            if (_known.TryGetValue(files, out var known)) return known;
            if (_known.Count >= MaxKept) _known.Clear();
            return _known[files] = _load(ParameterList.TrySplit(files, out _) ?? []);
        }
    }
}
