using System.Security.Cryptography;
using System.Text;
using BulkRelay.Smtp.Sasl;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// What is kept of a user's password. Forms: <c>SCRAM-SHA-256$…</c>, perhaps followed by a blank and <c>{PLAIN.B64}…</c>; a hash that
/// crypt(3) knows (<c>$6$…</c>, <c>$y$…</c>, <c>{CRYPT}…</c>); the password itself as <c>{PLAIN}…</c>, <c>{PLAIN.B64}…</c> or, where that
/// is allowed, bare. Says nothing of itself in a log.
/// </summary>
public sealed class StoredSecret
{
    private const string PlainPrefix = "{PLAIN}";
    private const string CryptPrefix = "{CRYPT}";

    /// <summary>In front of a password in base64.</summary>
    public const string Base64Prefix = "{PLAIN.B64}";

    private readonly string? _crypt;

    private StoredSecret(string text, ScramKeys? scram, string? crypt, string? plain) => (Text, Scram, _crypt, Plain) = (text, scram, crypt, plain);

    /// <summary>The form that it was read from: two secrets are the same if it is.</summary>
    public string Text { get; }

    /// <summary>The keys of SCRAM-SHA-256, if they are kept.</summary>
    public ScramKeys? Scram { get; }

    /// <summary>The password, if it is kept.</summary>
    public string? Plain { get; }

    /// <summary>True if comparing takes a while by intent.</summary>
    public bool IsSlow => Plain is null;

    /// <summary>
    /// A secret that no password matches, of the same kind as the model, or as those that <c>bulkrelay user</c> makes; with a salt of its
    /// own, for a client sees that.
    /// </summary>
    public static StoredSecret Impossible(byte[] salt, StoredSecret? model) => model is null or { Scram: not null }
        ? new("", ScramKeys.Impossible(salt, model?.Scram?.Iterations ?? UserFile.Iterations), null,
            model?.Plain is null ? null : Convert.ToHexString(salt))
        : model;

    /// <summary>Reads a value of a table. Null if it is none of the forms; what is wrong with it does not repeat it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="allowsBare">Whether a password may stand there as it is.</param>
    /// <param name="fault">What is wrong.</param>
    public static StoredSecret? Parse(string value, bool allowsBare, out string fault)
    {
        fault = "";
        if (value.StartsWith(ScramKeys.Scheme + "$", StringComparison.Ordinal)) return ParseScram(value, out fault);
        if (value.StartsWith(CryptPrefix, StringComparison.OrdinalIgnoreCase)) return new(value, null, value[CryptPrefix.Length..], null);
        if (value.StartsWith(Base64Prefix, StringComparison.OrdinalIgnoreCase))
            return FromBase64(value[Base64Prefix.Length..]) is { } decoded ? new(value, null, null, decoded) : Bad("bad base64", out fault);
        if (value.StartsWith(PlainPrefix, StringComparison.OrdinalIgnoreCase)) return new(value, null, null, value[PlainPrefix.Length..]);
        if (value is ['{', ..] && value.Contains('}', StringComparison.Ordinal))
        {
            var scheme = value[..(value.IndexOf('}', StringComparison.Ordinal) + 1)];
            return Bad($"unknown scheme {scheme}: use {ScramKeys.Scheme}$…, {CryptPrefix} or {PlainPrefix}", out fault);
        }
        if (value is ['$', ..] && value.IndexOf('$', 1) > 1) return new(value, null, value, null);
        return allowsBare ? new(value, null, null, value) : Bad("the password itself stands there: set it with `bulkrelay user add`", out fault);
    }

    /// <summary>Whether this is the password. May take a while.</summary>
    public bool Matches(string password)
    {
        if (Plain is not null) return CryptographicOperations.FixedTimeEquals(Prepared(password), Prepared(Plain));
        return Scram is not null ? Scram.Matches(password) : UnixCrypt.Matches(password, _crypt!);
    }

    private static byte[] Prepared(string password) => Encoding.UTF8.GetBytes(SaslPrep.Normalize(password));

    private static StoredSecret? ParseScram(string value, out string fault)
    {
        fault = "";
        var parts = value.Split(' ', 2, StringSplitOptions.TrimEntries);
        if (!ScramKeys.TryParse(parts[0], out var keys)) return Bad($"bad {ScramKeys.Scheme} keys", out fault);
        if (parts.Length == 1) return new(value, keys, null, null);
        var plain = parts[1].StartsWith(Base64Prefix, StringComparison.Ordinal) ? FromBase64(parts[1][Base64Prefix.Length..]) : null;
        return plain is null ? Bad($"bad text behind the {ScramKeys.Scheme} keys", out fault) : new(value, keys, null, plain);
    }

    private static StoredSecret? Bad(string what, out string fault)
    {
        fault = what;
        return null;
    }

    private static string? FromBase64(string text)
    {
        var octets = new byte[text.Length];
        return Convert.TryFromBase64String(text, octets, out var length) ? Encoding.UTF8.GetString(octets, 0, length) : null;
    }
}
