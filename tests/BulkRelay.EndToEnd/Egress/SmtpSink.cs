using System.Diagnostics;
using System.Globalization;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Egress;

/// <summary>Postfix's <c>smtp-sink</c> on a loopback port, with one dump file for each message that it took.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private const string Program = "/usr/sbin/smtp-sink";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly TempFolder _folder;

    private SmtpSink(Process process, TempFolder folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    /// <summary>As a nexthop.</summary>
    public string Nexthop => $"[127.0.0.1]:{Port}";

    /// <summary>Starts it, and completes when it listens.</summary>
    public static async Task<SmtpSink> StartAsync(params string[] options)
    {
        var folder = new TempFolder();
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_111_111);
        var port = FreePort.Next();
        string[] identity = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : [];
        var process = Tool.Start(Program, [.. identity, .. options, "-d", folder.File("mail."), $"127.0.0.1:{port}", "100"]);
        var sink = new SmtpSink(process, folder, port);
        var started = Stopwatch.GetTimestamp();
        while (!IsListening(port))
        {
            if (process.HasExited) throw new InvalidOperationException($"{Program} ended: {await process.StandardError.ReadToEndAsync()}");
            if (Stopwatch.GetElapsedTime(started) > Limit) throw new TimeoutException($"{Program} does not listen");
            await Task.Yield();
        }
        return sink;
    }

    /// <summary>The messages that it took, as it writes them: with a few header lines of its own, and LF for CRLF.</summary>
    public IReadOnlyList<string> Messages => [.. Directory.EnumerateFiles(_folder.Path).Select(File.ReadAllText)];

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    /// <summary>Asks the system rather than the program, whose sessions a test may want to count.</summary>
    private static bool IsListening(int port)
    {
        var entry = string.Create(CultureInfo.InvariantCulture, $"0100007F:{port:X4} 00000000:0000 0A");
        return File.ReadLines("/proc/net/tcp").Any(line => line.Contains(entry, StringComparison.Ordinal));
    }
}
