namespace BulkRelay.Core.Egress.Sasl;

/// <summary>Takes secrets out of what a server says: some repeat in an error what they were sent, and a reply goes into logs and reports.</summary>
internal sealed class SecretMask
{
    /// <summary>Shorter ones would match in every text, and give away more than they hide.</summary>
    private const int LeastLength = 4;

    private const string Mask = "***";

    private readonly List<string> _secrets = [];

    public void Add(string secret)
    {
        if (secret.Length >= LeastLength) _secrets.Add(secret);
    }

    public string Apply(string text)
    {
        foreach (var secret in _secrets) text = text.Replace(secret, Mask, StringComparison.OrdinalIgnoreCase);
        return text;
    }
}
