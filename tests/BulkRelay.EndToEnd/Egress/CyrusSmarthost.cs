using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Egress;

/// <summary>A real Postfix with TLS that takes mail only from who signs in, with the mechanisms and the user database of Cyrus SASL.</summary>
internal sealed class CyrusSmarthost : IAsyncDisposable
{
    public const string User = "login_name";
    public const string Password = "pa,ss=w0rd";

    private readonly TempFolder _folder = new();

    private CyrusSmarthost()
    {
    }

    public TlsSmarthost Postfix { get; private set; } = null!;

    /// <summary>Starts it.</summary>
    /// <param name="mechanisms">What it offers, in the words of Cyrus.</param>
    public static async Task<CyrusSmarthost> StartAsync(string mechanisms)
    {
        var smarthost = new CyrusSmarthost();
        var folder = smarthost._folder;
        File.SetUnixFileMode(folder.Path, (UnixFileMode)Convert.ToInt32("755", 8));
        (await Tool.RunAsync("saslpasswd2", ["-p", "-c", "-f", folder.File("sasldb2"), "-u", "postfix.test", User], Password)).Succeeded();
        File.SetUnixFileMode(folder.File("sasldb2"), (UnixFileMode)Convert.ToInt32("644", 8));
        smarthost.Postfix = await TlsSmarthost.StartAsync($"""
            smtpd_sasl_auth_enable = yes
            smtpd_sasl_type = cyrus
            smtpd_sasl_local_domain = postfix.test
            smtpd_sasl_security_options = noanonymous
            smtpd_relay_restrictions = permit_sasl_authenticated, reject
            """, $"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {folder.File("sasldb2")}\nmech_list: {mechanisms}\n");
        return smarthost;
    }

    public async ValueTask DisposeAsync()
    {
        await Postfix.DisposeAsync();
        _folder.Dispose();
    }
}
