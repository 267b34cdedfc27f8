using System.Diagnostics;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>
/// A real Dovecot (Debian package <c>dovecot-core</c>) that checks logins, over a socket that any user may use; and if that is wanted takes
/// mail from who signs in (<c>dovecot-submissiond</c>), with STARTTLS.
/// </summary>
internal sealed class DovecotAuth : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private Process _process = null!;

    private DovecotAuth()
    {
    }

    /// <summary>Where a mail server asks.</summary>
    public string Socket => _folder.File("auth-client");

    /// <summary>The same on loopback, by TCP.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Where its own submission service listens.</summary>
    public int SubmissionPort { get; } = FreePort.Next();

    /// <summary>Starts it.</summary>
    /// <param name="users">Lines <c>user:{PLAIN}password</c>.</param>
    /// <param name="tokenInfoUrl">Where it asks about access tokens; empty if it takes none.</param>
    /// <param name="nextPort">Where its submission service sends mail to; null for no such service.</param>
    public static async Task<DovecotAuth> StartAsync(string users, string tokenInfoUrl = "", int? nextPort = null)
    {
        var dovecot = new DovecotAuth();
        try
        {
            await dovecot.PrepareAsync(users, tokenInfoUrl, nextPort);
            return dovecot;
        }
        catch
        {
            await dovecot.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // SIGTERM: the children end with it.
        if (_process is not null)
        {
            await Tool.RunAsync("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await _process.WaitForExitAsync(limit.Token);
            _process.Dispose();
        }
        _folder.Dispose();
    }

    private async Task PrepareAsync(string users, string tokenInfoUrl, int? nextPort)
    {
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)Convert.ToInt32("755", 8));
        await File.WriteAllTextAsync(_folder.File("users"), users.ReplaceLineEndings("\n") + "\n");
        await File.WriteAllTextAsync(_folder.File("oauth2.conf"), $"""
            tokeninfo_url = {tokenInfoUrl}
            username_attribute = user
            active_attribute = active
            active_value = true
            """.ReplaceLineEndings("\n") + "\n");
        await File.WriteAllTextAsync(_folder.File("dovecot.conf"), Configuration(tokenInfoUrl.Length > 0, nextPort).ReplaceLineEndings("\n") + "\n");
        var certificate = TestCertificate.Make("dovecot.test", isRsa: true);
        await File.WriteAllTextAsync(_folder.File("server.pem"), certificate.CertificatePem + certificate.KeyPem);
        Directory.CreateDirectory(_folder.File("mail"));
        File.SetUnixFileMode(_folder.File("mail"), (UnixFileMode)Convert.ToInt32("777", 8));
        _process = Tool.Start("dovecot", ["-F", "-c", _folder.File("dovecot.conf")]);
        var exited = _process.WaitForExitAsync();
        var up = FileWatch.UntilAsync(Socket, () => Path.Exists(Socket), () => "it made no socket");
        if (await Task.WhenAny(up, exited) == exited) throw new InvalidOperationException($"dovecot did not start: {await File.ReadAllTextAsync(_folder.File("log"))}");
        await up;
    }

    private string Configuration(bool takesTokens, int? nextPort) => $$"""
        protocols = {{(nextPort is null ? "" : "submission")}}
        listen = 127.0.0.1
        log_path = {{_folder.File("log")}}
        auth_verbose = yes
        base_dir = {{_folder.File("run")}}
        state_dir = {{_folder.File("state")}}
        ssl = {{(nextPort is null ? "no" : "required")}}
        ssl_cert = <{{_folder.File("server.pem")}}
        ssl_key = <{{_folder.File("server.pem")}}
        mail_location = maildir:{{_folder.File("mail")}}/%u
        hostname = dovecot.test
        submission_relay_host = 127.0.0.1
        submission_relay_port = {{nextPort ?? 25}}
        disable_plaintext_auth = no
        auth_failure_delay = 0
        auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256{{(takesTokens ? " xoauth2 oauthbearer" : "")}}
        passdb {
          driver = passwd-file
          mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
          args = {{_folder.File("users")}}
        }
        {{(takesTokens ? $"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {_folder.File("oauth2.conf")}\n}}" : "")}}
        userdb {
          driver = static
          args = uid=65534 gid=65534 home={{_folder.File("mail")}}/%u
        }
        service auth {
          unix_listener {{Socket}} {
            mode = 0666
          }
          inet_listener {
            address = 127.0.0.1
            port = {{Port}}
          }
        }
        {{(nextPort is null ? "" : $"service submission-login {{\n  inet_listener submission {{\n    port = {SubmissionPort}\n  }}\n}}")}}
        """;
}
