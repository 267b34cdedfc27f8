using System.Diagnostics;
using System.Globalization;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Tls;

/// <summary><c>openssl s_client</c>: what it finds out about a server, and a session of commands through it.</summary>
internal sealed class SClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private SClient(Process process) => _process = process;

    /// <summary>What it prints about a handshake; it says QUIT after it.</summary>
    public static async Task<string> AskAsync(int port, params string[] arguments)
    {
        var result = await Tool.RunAsync("openssl", ["s_client", "-connect", Address(port), .. StartTls(arguments), "-ign_eof"], "QUIT\r\n");
        return result.Output + result.Error;
    }

    /// <summary>Begins a session; what is printed from now on are replies.</summary>
    public static SClient Start(int port, params string[] arguments) =>
        new(Tool.Start("openssl", ["s_client", "-connect", Address(port), .. StartTls(arguments), "-quiet"]));

    /// <summary>Sends a line and reads the last line of the reply; null if the server has hung up.</summary>
    public async Task<string?> CommandAsync(string line)
    {
        try
        {
            await _process.StandardInput.WriteAsync(line + "\r\n");
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It has ended; what it read before is still there.
        }
        return await ReplyAsync();
    }

    /// <summary>The last line of the next reply; null if the server has hung up.</summary>
    public async Task<string?> ReplyAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        string? line;
        do line = await _process.StandardOutput.ReadLineAsync(patience.Token);
        while (line is [_, _, _, '-', ..]);
        return line;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private static string[] StartTls(string[] arguments) => arguments is ["-wrapper", .. var rest] ? rest : ["-starttls", "smtp", .. arguments];
}
