using System.Security.Cryptography;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Tls;

/// <summary>
/// Notices lists of fingerprints that were made with another digest than the configured one, which they tell by their length: none of them
/// ever matches. That comes of the default, which is md5 before compatibility level 3.6 and sha256 since.
/// </summary>
internal static class FingerprintLists
{
    /// <summary>What is wrong with a fingerprint; null for nothing, and for what is none.</summary>
    /// <param name="fingerprint">As it is configured: <c>AA:BB:…</c>, or without colons.</param>
    /// <param name="parameter">The parameter of the digest.</param>
    /// <param name="digest">Its value.</param>
    public static string? Fault(string fingerprint, Parameter parameter, string digest)
    {
        var pairs = fingerprint.Split(':');
        var digits = string.Concat(pairs);
        // An IPv6 address of an access table is no fingerprint.
        if (pairs.Length > 1 && pairs.Any(p => p.Length != 2) || !digits.All(char.IsAsciiHexDigit) || !Fingerprint.Digests.TryGetValue(digest, out var configured)) return null;
        var made = Fingerprint.Digests.FirstOrDefault(d => Size(d.Value) * 2 == digits.Length);
        return made.Key is null || made.Value == configured ? null
            : $"a fingerprint of {made.Key} never matches, as {parameter.Name} is {digest}: set {parameter.Name} = {made.Key}, or make the list with {digest}";
    }

    /// <summary>A warning about the first such key of a table that is asked for fingerprints; null if it has none.</summary>
    public static ConfigFault? Check(string list, ILookupTable table, Parameter parameter, string digest)
    {
        foreach (var entry in table.Entries)
        {
            if (Fault(entry.Key, parameter, digest) is not { } fault) continue;
            var file = entry.Table.SourceFile;
            var line = entry.Line > 0 ? entry.Line : entry.Table.LinesOf(new HashSet<string>(StringComparer.Ordinal) { entry.Key }).GetValueOrDefault(entry.Key);
            return new ConfigFault(FaultSeverity.Warning, file, file.Length > 0 ? line : 0, list, $"table {table.Name}: {entry.Key}: {fault}");
        }
        return null;
    }

    /// <summary>The octets of a digest.</summary>
    private static int Size(HashAlgorithmName digest) => CryptographicOperations.HashData(digest, []).Length;
}
