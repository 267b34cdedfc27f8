using System.Globalization;

namespace BulkRelay.EndToEnd.Dialogs;

/// <summary>How the client of a dialogue comes: encrypted or not, signed in or not. What the dialogue says holds afterwards.</summary>
/// <param name="Encryption">When the connection is encrypted.</param>
/// <param name="IsSignedIn">Whether the client has signed in before the dialogue begins.</param>
internal sealed record DialogWay(DialogEncryption Encryption, bool IsSignedIn)
{
    private const string User = "user";
    private const string Password = "correct horse";

    public static readonly DialogWay Plain = new(DialogEncryption.None, false);

    /// <summary>Every way, by its name.</summary>
    public static readonly IReadOnlyDictionary<string, DialogWay> All =
        (from encryption in Enum.GetValues<DialogEncryption>() from signedIn in new[] { false, true } select new DialogWay(encryption, signedIn)).ToDictionary(w => w.ToString());

    /// <summary>What a dialogue can call it by.</summary>
    public IEnumerable<string> Names => [ToString(), .. IsSignedIn ? ["signed in"] : Array.Empty<string>(), .. Encryption != DialogEncryption.None ? ["encrypted"] : Array.Empty<string>()];

    /// <summary>What the relay needs for it.</summary>
    public IEnumerable<(string Name, string Value)> Settings(string folder)
    {
        if (Encryption != DialogEncryption.None)
        {
            yield return ("smtpd_tls_security_level", "may");
            yield return ("smtpd_tls_chain_files", TestCertificate.Write(folder));
            yield return ("smtpd_tls_wrappermode", Encryption == DialogEncryption.Wrapper ? "yes" : "no");
        }
        if (!IsSignedIn) yield break;
        // Signing in gives no right to relay here, so that what a dialogue says of strangers holds for this client too.
        yield return ("smtpd_relay_restrictions", "permit_mynetworks, reject_unauth_destination");
        yield return ("smtpd_sasl_auth_enable", "yes");
        yield return ("smtpd_sasl_type", "table");
        yield return ("smtpd_sasl_path", string.Create(CultureInfo.InvariantCulture, $"inline:{{ {{ {User} = {{PLAIN}}{Password} }} }}"));
    }

    /// <summary>Goes the way; the client has the banner yet to read when it is done.</summary>
    public async Task GoAsync(DialogClient client)
    {
        if (Encryption == DialogEncryption.Wrapper) await client.EncryptAsync();
        if (Encryption != DialogEncryption.StartTls && !IsSignedIn) return;
        var banner = await client.ReadLineAsync();
        await client.AskAsync("EHLO prelude.test", "250");
        if (Encryption == DialogEncryption.StartTls)
        {
            await client.AskAsync("STARTTLS", "220");
            await client.EncryptAsync();
        }
        if (IsSignedIn)
        {
            if (Encryption == DialogEncryption.StartTls) await client.AskAsync("EHLO prelude.test", "250");
            await client.AskAsync($"AUTH PLAIN {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"\0{User}\0{Password}"))}", "235");
        }
        client.Unread(banner!);
    }

    public override string ToString() => (IsSignedIn ? "signed in, " : "") + Encryption switch
    {
        DialogEncryption.None => "in clear",
        DialogEncryption.StartTls => "after STARTTLS",
        _ => "in wrapper mode",
    };
}

/// <summary>When a connection is encrypted.</summary>
internal enum DialogEncryption
{
    None,
    StartTls,
    Wrapper,
}
