using System.Net.Security;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Tls;

/// <summary>
/// The cipher suites that one configuration allows: a grade (<c>medium</c>, <c>high</c> …, whose list is <c>tls_medium_cipherlist</c> …)
/// less what is excluded.
/// </summary>
/// <param name="GradeParameter">The parameter that names the grade, for faults.</param>
/// <param name="Grade">Its value.</param>
/// <param name="Exclusions">Parameters that exclude, with their values.</param>
public sealed record CipherDemand(string GradeParameter, string Grade, params IReadOnlyList<(string Parameter, string Value)> Exclusions)
{
    private static readonly Dictionary<string, Parameter<string>> Lists = new(StringComparer.OrdinalIgnoreCase)
    {
        ["high"] = TlsParameters.HighCipherList,
        ["medium"] = TlsParameters.MediumCipherList,
        ["low"] = TlsParameters.LowCipherList,
        ["export"] = TlsParameters.ExportCipherList,
        ["null"] = TlsParameters.NullCipherList,
    };

    /// <summary>True if a key that becomes known later must not open sessions of before.</summary>
    public bool MustBeForwardSecret { get; init; }

    /// <summary>
    /// True for the whole of a default list too, where the stack's own would leave servers out: those without ephemeral keys, for one.
    /// </summary>
    public bool MustBeWhole { get; init; }

    /// <summary>
    /// The policy for a TLS stream. Null for the stack's own list, which any grade whose list is the default contains (forward-secret AES
    /// suites, and TLS 1.3): sessions are resumed only with it.
    /// </summary>
    /// <param name="snapshot">The configuration, for the lists of the grades.</param>
    /// <param name="faults">Takes names that mean nothing as warnings, and as an error that nothing is left.</param>
    public CipherSuitesPolicy? ToPolicy(ConfigSnapshot snapshot, ICollection<ConfigFault> faults)
    {
        if (!Lists.TryGetValue(Grade, out var parameter))
        {
            Report(faults, FaultSeverity.Error, GradeParameter, $"unknown cipher grade '{Grade}': use one of {string.Join(", ", Lists.Keys)}");
            return null;
        }
        var text = snapshot.Get(parameter);
        var allowed = Evaluate(parameter.Name, text, faults);
        var excluded = Exclusions.SelectMany(e => Excluded(e.Parameter, e.Value, faults)).ToHashSet();
        var takesAway = allowed.RemoveAll(s => excluded.Contains(s) || MustBeForwardSecret && !s.IsForwardSecret) > 0;
        if (allowed.Count == 0)
            Report(faults, FaultSeverity.Error, GradeParameter, $"grade {Grade} leaves no cipher for TLSv1.2: {parameter.Name} = {text}");
        return text == parameter.DefaultText && !takesAway && !MustBeWhole && allowed.Count > 0
            ? null
            : new CipherSuitesPolicy(allowed.Concat(CipherSuites.All.Where(s => s.IsTls13)).Select(s => s.Id));
    }

    private static List<CipherSuite> Evaluate(string parameter, string text, ICollection<ConfigFault> faults)
    {
        var unknown = new List<string>();
        var suites = CipherList.Evaluate(text, unknown).ToList();
        // RC4 is in the default lists.
        foreach (var word in unknown.Distinct().Where(w => w != "RC4")) Report(faults, FaultSeverity.Warning, parameter, CipherList.Describe(word));
        return suites;
    }

    private static List<CipherSuite> Excluded(string parameter, string value, ICollection<ConfigFault> faults)
    {
        var unknown = new List<string>();
        var suites = value.Split([':', ',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(word => CipherList.Matching(word.TrimStart('!', '-'), unknown).ToList()).ToList();
        foreach (var word in unknown.Distinct()) Report(faults, FaultSeverity.Warning, parameter, CipherList.Describe(word));
        return suites;
    }

    private static void Report(ICollection<ConfigFault> faults, FaultSeverity severity, string parameter, string message) =>
        faults.Add(new ConfigFault(severity, "main.cf", 0, parameter, message));
}
