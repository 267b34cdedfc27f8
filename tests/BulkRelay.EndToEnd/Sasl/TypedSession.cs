using System.Diagnostics;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Sasl;

/// <summary>A session that somebody types: a line, then what the server says to it.</summary>
internal sealed class TypedSession : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private TypedSession(Process process) => _process = process;

    /// <summary>openssl s_client as the pages call it.</summary>
    public static TypedSession Openssl(params string[] arguments) => new(Tool.Start("openssl", ["s_client", .. arguments]));

    /// <summary>All lines up to one that begins like this; s_client holds some of its own back, so that they come anywhere.</summary>
    public async Task<string> ReadUntilAsync(string beginning)
    {
        using var limit = new CancellationTokenSource(Limit);
        var lines = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            lines.Add(line);
            if (line.StartsWith(beginning, StringComparison.Ordinal)) return string.Join('\n', lines);
        }
        throw new IOException($"the session ended: {string.Join('\n', lines)} {await _process.StandardError.ReadToEndAsync(limit.Token)}");
    }

    /// <summary>Types a line and reads until the server has said this.</summary>
    public async Task<string> TypeAsync(string line, string expected)
    {
        await _process.StandardInput.WriteAsync(line + "\n");
        await _process.StandardInput.FlushAsync();
        return await ReadUntilAsync(expected);
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
