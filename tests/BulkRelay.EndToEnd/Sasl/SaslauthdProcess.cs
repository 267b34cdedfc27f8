using System.Diagnostics;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Sasl;

/// <summary>Cyrus SASL's saslauthd with a socket of its own.</summary>
internal sealed class SaslauthdProcess : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Process _process;

    private SaslauthdProcess(string mechanism) => _process = Tool.Start("saslauthd", ["-d", "-a", mechanism, "-n", "1", "-c", "-m", _folder.Path]);

    /// <summary>Its socket.</summary>
    public string Path => _folder.File("mux");

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="mechanism">Where it finds passwords: shadow, pam.</param>
    public static async Task<SaslauthdProcess> StartAsync(string mechanism)
    {
        var daemon = new SaslauthdProcess(mechanism);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await daemon._process.StandardError.ReadLineAsync(limit.Token) is { } line)
            if (line.Contains("listening on socket", StringComparison.Ordinal)) break;
        // It says more than a pipe holds.
        _ = daemon._process.StandardError.ReadToEndAsync(CancellationToken.None);
        return daemon;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }
}
