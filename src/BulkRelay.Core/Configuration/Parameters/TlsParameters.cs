namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>What TLS is like on both sides: as a server and as a client.</summary>
public static class TlsParameters
{
    /// <summary>The group of these parameters.</summary>
    public static readonly ParameterGroup Group = new("TLS, both sides");

    public static readonly Parameter<string> HighCipherList = Group.Text("tls_high_cipherlist", "aNULL:-aNULL:HIGH:@STRENGTH",
        "The OpenSSL cipher list of grade high. " + StackList);

    public static readonly Parameter<string> MediumCipherList = Group.Text("tls_medium_cipherlist", "aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH",
        "The OpenSSL cipher list of grade medium. " + StackList);

    public static readonly Parameter<string> LowCipherList = Group.Text("tls_low_cipherlist", "aNULL:-aNULL:HIGH:MEDIUM:LOW:+RC4:@STRENGTH",
        "The OpenSSL cipher list of grade low; the weak ciphers in it are gone, so it is no lower than medium.");

    public static readonly Parameter<string> ExportCipherList = Group.Text("tls_export_cipherlist",
        "aNULL:-aNULL:HIGH:MEDIUM:LOW:EXPORT:+RC4:@STRENGTH",
        "The OpenSSL cipher list of grade export; the weak ciphers in it are gone, so it is no lower than medium.");

    public static readonly Parameter<string> NullCipherList = Group.Text("tls_null_cipherlist", "eNULL:!aNULL",
        "The OpenSSL cipher list of grade null. Nothing here sends mail in the clear and calls it TLS: the grade is refused.");

    public static readonly Parameter<bool> AppendDefaultCa = Group.Bool("tls_append_default_CA", "no",
        "Whether the certificate authorities of the system are trusted beside those of the CAfile and CApath.");

    public static readonly Parameter<bool> WildcardMatchesMultipleLabels = Group.Bool("tls_wildcard_matches_multiple_labels", "yes",
        "Whether the * of *.example.com in a server's certificate stands for several labels.");

    private const string StackList =
        "At level may of a client the whole list is used, less anonymous ciphers. Else with the default list and "
        + "without exclusions the TLS stack's own list is used, which is within it: "
        + "TLS 1.3, and AES with ephemeral keys for TLS 1.2. A list of your own makes handshakes slower, because sessions are not resumed with it.";
}
