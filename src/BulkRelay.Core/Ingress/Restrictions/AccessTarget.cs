namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>What a refusal is about, as its text says it: <c>&lt;name&gt;: class rejected: …</c>.</summary>
/// <param name="Name">The thing: an address, a host name, a command.</param>
/// <param name="Class">What kind of thing it is, in Postfix's words.</param>
internal readonly record struct AccessTarget(string Name, string Class)
{
    public const string ClientClass = "Client host";
    public const string ReverseClientClass = "Unverified Client host";
    public const string CertificateClass = "Client certificate";
    public const string LoginClass = "SASL login name";
    public const string HeloClass = "Helo command";
    public const string SenderClass = "Sender address";
    public const string RecipientClass = "Recipient address";
    public const string EtrnClass = "Etrn command";

    /// <summary>DATA as a whole.</summary>
    public static readonly AccessTarget Data = new("DATA", "Data command");

    /// <summary>The whole message.</summary>
    public static readonly AccessTarget EndOfData = new("END-OF-MESSAGE", "End-of-data");

    /// <summary>The client.</summary>
    public static AccessTarget Client(AccessRequest request) => new(request.Client.NameAndAddress, ClientClass);

    /// <summary>The name in HELO.</summary>
    public static AccessTarget Helo(AccessRequest request) => new(request.HeloName, HeloClass);

    /// <summary>The sender, as the client named it.</summary>
    public static AccessTarget Sender(AccessRequest request) => new(request.SenderAsGiven.ToUnquoted(), SenderClass);

    /// <summary>The recipient, as the client named it.</summary>
    public static AccessTarget Recipient(AccessRequest request) => new(request.RecipientAsGiven.ToUnquoted(), RecipientClass);

    /// <inheritdoc/>
    public override string ToString() => $"<{Name}>: {Class}";
}
