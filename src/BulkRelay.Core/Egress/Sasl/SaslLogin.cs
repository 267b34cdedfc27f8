namespace BulkRelay.Core.Egress.Sasl;

/// <summary>Who signs in: a user and a password. Two that are equal are the same identity, and may share a connection.</summary>
internal sealed record SaslLogin(string User, string Password)
{
    /// <summary>Reads <c>user:password</c>; the first colon counts. Null if it has no user, or characters that no mechanism can carry.</summary>
    public static SaslLogin? TryParse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var user = colon < 0 ? text : text[..colon];
        return user.Length == 0 || text.Any(char.IsControl) ? null : new SaslLogin(user, colon < 0 ? "" : text[(colon + 1)..]);
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => User;
}
