using System.Collections.Concurrent;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Egress.Tls;

/// <summary>The TLS policies of one client service, by destination. Tables are asked each time; the same answer gives the same policy.</summary>
internal sealed class TlsPolicies
{
    /// <summary>The most answers whose policy is kept. Tables have few different ones.</summary>
    private const int MaxKept = 1000;

    private readonly TlsPolicyCompiler _compiler;
    private readonly TlsPolicyTables _tables;
    private readonly ConcurrentDictionary<string, (TlsPolicy? Policy, string? Fault)> _byText = new(StringComparer.Ordinal);
    private readonly (TlsPolicy? Policy, string? Fault) _general;
    private readonly TlsSecurityLevel _level;

    /// <param name="config">The configuration of the service.</param>
    /// <param name="names">Its parameters.</param>
    /// <param name="tables">Where its tables are opened and its faults reported.</param>
    public TlsPolicies(ConfigSnapshot config, TlsClientParameters names, LookupTableSet tables)
    {
        _compiler = new TlsPolicyCompiler(config, names);
        _tables = new TlsPolicyTables(config, names, tables);
        _level = GeneralLevel(config, names);
        _general = _compiler.Compile(new TlsPolicyEntry(_level));
        foreach (var fault in _compiler.Check(_general.Fault, _tables.AreEmpty)) tables.Report(fault);
    }

    /// <summary>True if no connection of the service has TLS.</summary>
    public bool NeedNoTls => _level == TlsSecurityLevel.None && _tables.AreEmpty;

    /// <summary>The policy for a host of a destination; or why there is none, which means that the mail has to wait.</summary>
    /// <param name="destination">The nexthop as it is written: <c>example.com</c>, <c>[mail.example.com]:587</c>.</param>
    /// <param name="host">The name of the host.</param>
    /// <param name="cancel">Ends a look-up in a table that is slow.</param>
    public ValueTask<(TlsPolicy? Policy, string? Fault)> FindAsync(string destination, string host, CancellationToken cancel) =>
        _tables.AreEmpty ? new(_general) : FindInTablesAsync(destination, host, cancel);

    /// <summary>What is wrong with a value of the policy tables; null for nothing.</summary>
    public string? FaultOfPolicy(string value) =>
        Compile(value) is var (policy, fault) && policy is not null ? _compiler.FaultOfMatch(policy) : fault;

    /// <summary>What is wrong with a value of the older tables; null for nothing.</summary>
    public static string? FaultOfSite(string value) => TlsPolicyTables.SiteLevel(value) is null ? $"unknown TLS policy '{value}'" : null;

    private async ValueTask<(TlsPolicy? Policy, string? Fault)> FindInTablesAsync(string destination, string host, CancellationToken cancel)
    {
        var (text, fault) = await _tables.FindAsync(destination, host, _level, cancel);
        if (fault is not null) return (null, fault);
        if (text is null) return _general;
        if (_byText.Count >= MaxKept) _byText.Clear();
        var found = _byText.GetOrAdd(text, Compile);
        return found.Fault is null ? found : (null, _tables.Say(destination, found.Fault));
    }

    private (TlsPolicy? Policy, string? Fault) Compile(string text) =>
        TlsPolicyEntry.Parse(text, out var fault) is { } entry ? _compiler.Compile(entry) : (null, fault);

    private static TlsSecurityLevel GeneralLevel(ConfigSnapshot config, TlsClientParameters names) => config.Get(names.SecurityLevel) switch
    {
        TlsSecurityLevel.Unset when config.Get(names.EnforceTls) =>
            config.Get(names.EnforcePeername) ? TlsSecurityLevel.Verify : TlsSecurityLevel.Encrypt,
        TlsSecurityLevel.Unset when config.Get(names.UseTls) => TlsSecurityLevel.May,
        TlsSecurityLevel.Unset => TlsSecurityLevel.None,
        var level => level,
    };
}
