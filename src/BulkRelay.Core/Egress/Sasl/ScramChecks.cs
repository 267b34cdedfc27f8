using System.Globalization;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// What a server may say in SCRAM (RFC 5802), checked before MailKit sees it: MailKit takes a nonce that adds nothing, does not know of
/// extensions that have to be refused, and computes as many iterations as it is told.
/// </summary>
internal static class ScramChecks
{
    /// <summary>RFC 7677 section 4: a server that asks for less makes it cheap to find the password from what is sent.</summary>
    private const int LeastIterations = 4096;

    /// <summary>What a server may ask of this machine's time: one to two seconds, as MailKit computes.</summary>
    private const int MostIterations = 1_000_000;

    /// <summary>What is wrong with a message of the server; null if nothing is.</summary>
    public static string? Find(int number, string challenge, string initial) => number == 0 ? FindFirst(challenge, initial) : FindFinal(challenge);

    private static string? FindFirst(string challenge, string initial)
    {
        var attributes = challenge.Split(',');
        if (attributes.Length < 3 || Value(attributes[0], 'r') is not { } nonce || Value(attributes[1], 's') is not { } salt
            || !int.TryParse(Value(attributes[2], 'i'), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || attributes[3..].Any(a => a.Length < 2 || a[1] != '=' || a[0] is 'r' or 's' or 'i'))
            return "the server's first message is not of SCRAM's form";
        var own = initial[(initial.LastIndexOf(",r=", StringComparison.Ordinal) + 3)..];
        if (!nonce.StartsWith(own, StringComparison.Ordinal) || nonce.Length == own.Length) return "the server's nonce does not continue the client's";
        if (SaslBase64.Decode(salt) is not { Length: > 0 }) return "the server's salt is not base64";
        return iterations is < LeastIterations or > MostIterations
            ? $"the server asks for {iterations} iterations: {LeastIterations} to {MostIterations} are accepted" : null;
    }

    private static string? FindFinal(string challenge)
    {
        var attribute = challenge.Split(',')[0];
        if (Value(attribute, 'e') is { } error) return $"the server says: {error}";
        return Value(attribute, 'v') is { } signature && SaslBase64.Decode(signature) is not null ? null : SaslExchange.WrongProof;
    }

    private static string? Value(string attribute, char name) =>
        attribute.Length > 2 && attribute[0] == name && attribute[1] == '=' ? attribute[2..] : null;
}
