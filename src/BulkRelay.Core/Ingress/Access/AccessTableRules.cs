using System.Collections.Concurrent;
using System.Globalization;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Core.Queue.Routing;

namespace BulkRelay.Core.Ingress.Access;

/// <summary>How access tables are read in one configuration: the order of keys, and what the values mean.</summary>
internal sealed class AccessTableRules
{
    /// <summary>The most different lists of restrictions that are kept compiled; a table of patterns can make any number.</summary>
    private const int MaxLists = 1000;

    private const string LookupTableInside = "do not specify lookup tables inside SMTPD access maps";

    private readonly ConcurrentDictionary<string, RestrictionList> _lists = new(StringComparer.Ordinal);
    private readonly RestrictionSetup _setup;
    private readonly AccessCodes _codes;

    public AccessTableRules(RestrictionSetup setup)
    {
        _setup = setup;
        _codes = new AccessCodes(setup.Snapshot);
        Extension = new AddressExtension(setup.Snapshot);
        ParentsMatch = setup.ParentsMatch("smtpd_access_maps");
        NullSenderKey = setup.Snapshot.Get(SmtpdParameters.NullAccessLookupKey);
    }

    /// <summary>How the extension of an address is found.</summary>
    public AddressExtension Extension { get; }

    /// <summary>Whether a domain stands for its sub-domains; otherwise <c>.domain</c> does.</summary>
    public bool ParentsMatch { get; }

    /// <summary>What tables are asked for instead of the null sender.</summary>
    public string NullSenderKey { get; }

    /// <summary>Carries out the value of an entry.</summary>
    public ValueTask<Verdict> ApplyAsync(AccessMatch match, CancellationToken cancel)
    {
        if (AccessActions.Find(match.Action) is { } action) return NotedAsync(match, action.Apply(match, _codes), cancel);
        if (IsTimeOfLogin(match.Value)) return NotedAsync(match, Verdict.Permit, cancel);
        if (CodeOf(match.Action) is { } number && match.Text.Length > 0)
            return new(Verdict.Refuse(_codes.Reply(match, number, $"{match.Action[0]}.7.1", match.Text, "Access denied")));
        return RunListAsync(match, cancel);
    }

    /// <summary>What is wrong with the value of an entry, whatever it is found for; null for nothing.</summary>
    /// <param name="value">The value.</param>
    /// <param name="destination">What is wrong with a destination, <c>transport:nexthop</c>.</param>
    public string? Fault(string value, ValueCheck destination)
    {
        var word = AccessMatch.ActionOf(value);
        var text = value[word.Length..].TrimStart();
        if (AccessActions.Find(word) is { } action)
            return action.CheckText(text) is { } wrong ? $"{action.Name}: {wrong}" : action.Name == AccessActions.Filter ? destination(text) : null;
        if (IsTimeOfLogin(value) || (CodeOf(word) is not null && text.Length > 0)) return null;
        if (value.Contains(':', StringComparison.Ordinal))
            return $"{LookupTableInside}: {value}: define a restriction class and specify its name instead";
        var own = _setup.WithOwnFaults();
        _ = new RestrictionParser("", own).Parse(value);
        return own.Faults.FirstOrDefault(f => f.Severity == FaultSeverity.Error)?.Message;
    }

    /// <summary>Some programs write the time of a login where others write OK.</summary>
    private static bool IsTimeOfLogin(string value) => value.All(char.IsAsciiDigit) && value.Length > 0;

    private static int? CodeOf(string word) =>
        word is [('4' or '5'), _, _] && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;

    private async ValueTask<Verdict> NotedAsync(AccessMatch match, Verdict verdict, CancellationToken cancel)
    {
        if (verdict.IsPermit) await _setup.Permits.NoteAsync(match.Request, match.Action, match.Target, match.Table, cancel);
        return verdict;
    }

    private async ValueTask<Verdict> RunListAsync(AccessMatch match, CancellationToken cancel)
    {
        var log = match.Request.Log;
        if (match.Value.Contains(':', StringComparison.Ordinal))
        {
            log.Warning($"access table {match.Table} has entry with lookup table: {match.Value}");
            log.Warning($"{LookupTableInside}");
            return Verdict.Misconfigured("define a restriction class and specify its name instead.");
        }
        var list = _lists.TryGetValue(match.Value, out var known) ? known : Compile(match);
        var outer = match.Request.Target;
        match.Request.Target = match.Target;
        var verdict = await list.CheckAsync(match.Request, cancel);
        match.Request.Target = outer;
        return verdict;
    }

    private RestrictionList Compile(in AccessMatch match)
    {
        // What is wrong with it shows in the verdict, and the reason of that in the log.
        var list = new RestrictionParser($"access table {match.Table} entry \"{match.Key}\"", _setup.WithOwnFaults()).Parse(match.Value);
        if (_lists.Count < MaxLists) _lists[match.Value] = list;
        return list;
    }
}
