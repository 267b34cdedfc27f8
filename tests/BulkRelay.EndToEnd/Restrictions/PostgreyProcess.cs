using System.Diagnostics;
using System.Globalization;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Restrictions;

/// <summary>A real greylisting server (Debian package <c>postgrey</c>) on a loopback port, with a database of its own.</summary>
internal sealed class PostgreyProcess : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Process _process;

    public PostgreyProcess()
    {
        var user = Environment.UserName;
        _process = Tool.Start("postgrey",
        [
            string.Create(CultureInfo.InvariantCulture, $"--inet=127.0.0.1:{Port}"), $"--dbdir={_folder.Path}", $"--user={user}", $"--group={user}", "--delay=1",
            "--auto-whitelist-clients=0", "--hostname=relay.test",
        ]);
        // Nobody reads what it says; a pipe that fills up would stop it.
        _ = _process.StandardOutput.ReadToEndAsync();
        _ = _process.StandardError.ReadToEndAsync();
    }

    public int Port { get; } = FreePort.Next();

    /// <summary>Completes when it takes connections.</summary>
    public Task WaitAsync() => Listening.UntilAsync(Port);

    /// <summary>Ends it at once.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _folder.Dispose();
    }
}
