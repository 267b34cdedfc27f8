using System.Text;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>The name that a client gave, and the name of the user that it means.</summary>
/// <param name="Given">As it came.</param>
/// <param name="Name">With the realm of <c>smtpd_sasl_local_domain</c>, if there is one and the name has none: whom the mail is said to be from.</param>
internal readonly record struct SaslLogin(string Given, string Name)
{
    /// <summary>The name of a message in UTF-8 (already known to be that), in a realm. Null for one that no user can have.</summary>
    public static SaslLogin? Read(ReadOnlySpan<byte> name, string realm) => Read(Encoding.UTF8.GetString(name), realm);

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, string)"/>
    public static SaslLogin? Read(string name, string realm)
    {
        if (name.Length == 0 || name.Any(char.IsControl)) return null;
        return new SaslLogin(name, realm.Length > 0 && !name.Contains('@', StringComparison.Ordinal) ? $"{name}@{realm}" : name);
    }
}
