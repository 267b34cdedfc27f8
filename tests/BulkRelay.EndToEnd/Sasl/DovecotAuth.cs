using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Sasl;

/// <summary>The auth service of a private Dovecot, with one user.</summary>
internal sealed class DovecotAuth : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private Process? _process;

    private DovecotAuth()
    {
    }

    /// <summary>Its Unix socket.</summary>
    public string Path => _folder.File("auth");

    /// <summary>Its port on loopback.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<DovecotAuth> StartAsync(string user, string password)
    {
        var dovecot = new DovecotAuth();
        File.SetUnixFileMode(dovecot._folder.Path, (UnixFileMode)Convert.ToInt32("755", 8));
        await File.WriteAllTextAsync(dovecot._folder.File("users"), $"{user}:{{PLAIN}}{password}:1000:1000::/tmp::\n");
        await File.WriteAllTextAsync(dovecot._folder.File("dovecot.conf"), dovecot.Configuration);
        dovecot._process = Tool.Start("dovecot", ["-F", "-c", dovecot._folder.File("dovecot.conf")]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await dovecot.AnswersAsync(limit.Token)) await Task.Delay(50, limit.Token);
        return dovecot;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            await Tool.RunAsync("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await process.WaitForExitAsync(limit.Token);
            process.Dispose();
        }
        _folder.Dispose();
    }

    private string Configuration => $$"""
        base_dir = {{_folder.File("run")}}
        state_dir = {{_folder.File("state")}}
        log_path = {{_folder.File("log")}}
        protocols =
        ssl = no
        disable_plaintext_auth = no
        auth_mechanisms = plain login cram-md5 scram-sha-256
        auth_failure_delay = 0
        passdb {
          driver = passwd-file
          args = {{_folder.File("users")}}
        }
        userdb {
          driver = passwd-file
          args = {{_folder.File("users")}}
        }
        service auth {
          unix_listener {{Path}} {
            mode = 0666
          }
          inet_listener {
            address = 127.0.0.1
            port = {{Port}}
          }
        }
        """;

    private async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync("127.0.0.1", Port, cancel);
            return File.Exists(Path);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
