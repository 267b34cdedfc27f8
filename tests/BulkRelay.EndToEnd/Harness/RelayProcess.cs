using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>
/// The shipped program in a process of its own, with a configuration folder and a queue of its own. It can be killed and started again
/// on the same queue.
/// </summary>
internal sealed class RelayProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);

    private readonly TempFolder _folder = new();
    private readonly string _program;
    private readonly List<string> _output = [];
    private Process? _process;
    private TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="mainCf">Lines for <c>main.cf</c> beyond the ones that every test needs.</param>
    /// <param name="program">The executable; the one that was built with the tests unless a test brings another.</param>
    /// <param name="queueDirectory">Where the queue is, when not in the test's own folder.</param>
    /// <param name="services">Lines for <c>master.cf</c> beyond the ones that every test needs.</param>
    public RelayProcess(string mainCf = "", string? program = null, string? queueDirectory = null, IEnumerable<string>? services = null)
    {
        _program = program ?? Path.Combine(AppContext.BaseDirectory, "bulkrelay");
        QueueDirectory = queueDirectory ?? _folder.File("queue");
        File.WriteAllText(_folder.File("main.cf"), $"""
            compatibility_level = 3.6
            myhostname = relay.test
            mydestination =
            mynetworks = 127.0.0.0/8
            inet_interfaces = 127.0.0.1
            queue_directory = {QueueDirectory}
            maillog_file = {LogFile}
            {mainCf}
            """.Replace("\r", "", StringComparison.Ordinal) + "\n");
        File.WriteAllText(_folder.File("master.cf"), $"""
            127.0.0.1:{Port} inet n - n - - smtpd
            smtp unix - - n - - smtp
            relay unix - - n - - smtp
            error unix - - n - - error
            retry unix - - n - - error
            discard unix - - n - - discard
            {string.Join('\n', services ?? [])}
            """ + "\n");
    }

    /// <summary>What the command line says beyond the folder of the configuration.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    public int Port { get; } = FreePort.Next();

    public string ConfigDirectory => _folder.Path;

    public string QueueDirectory { get; }

    public string LogFile => _folder.File("mail.log");

    /// <summary>Completes when the relay takes connections; a new task after each kill.</summary>
    public Task WhenUp => Volatile.Read(ref _up).Task;

    public int Pid => _process!.Id;

    /// <summary>The executable.</summary>
    public string Program => _program;

    /// <summary>Everything the program printed, for the message of a failed test.</summary>
    public string Output
    {
        get { lock (_output) return string.Join('\n', _output); }
    }

    /// <summary>Starts it and waits until it accepts connections.</summary>
    public async Task StartAsync()
    {
        if (!await StartOrDieAsync(null)) throw new InvalidOperationException($"the relay ended with status {_process!.ExitCode}: {Output}");
    }

    /// <summary>Starts it and waits until it accepts connections (true) or has ended (false), as one with a fault in it may do.</summary>
    public async Task<bool> StartOrDieAsync(IReadOnlyDictionary<string, string>? environment)
    {
        _process = Tool.Start(_program, ["run", "-c", ConfigDirectory, .. Options], environment);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(StartLimit);
        try
        {
            while (!await AnswersAsync(limit.Token))
                if (_process.HasExited) return false;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the relay did not answer: {Output}");
        }
        _up.TrySetResult();
        return true;
    }

    /// <summary>SIGKILL, and waits until the process is gone.</summary>
    public async Task KillAsync()
    {
        IsDown();
        _process!.Kill();
        await EndedAsync();
    }

    /// <summary>It stands still at once, until <see cref="ThawAsync"/>.</summary>
    public Task FreezeAsync() => FrozenProcess.FreezeAsync(Pid);

    /// <summary>It goes on as if nothing had happened.</summary>
    public Task ThawAsync() => FrozenProcess.ThawAsync(Pid);

    /// <summary>SIGTERM, waits for the end, and returns the exit status.</summary>
    public async Task<int> StopAsync()
    {
        IsDown();
        await Tool.RunAsync("kill", ["-TERM", Pid.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        return await EndedAsync();
    }

    /// <summary>Waits until the process ends by itself (a fault that was put into it); false if it lives on past the limit.</summary>
    public async Task<bool> DiedAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        try
        {
            await _process!.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        IsDown();
        _process.Dispose();
        _process = null;
        return true;
    }

    /// <summary>Runs one of the program's commands against this relay.</summary>
    public Task<ToolResult> CommandAsync(params string[] arguments) => Tool.RunAsync(_program, [arguments[0], "-c", ConfigDirectory, .. arguments[1..]]);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await KillAsync();
        _folder.Dispose();
    }

    private async Task<int> EndedAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        await _process!.WaitForExitAsync(limit.Token);
        var status = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return status;
    }

    /// <summary>Who waits for a relay that never came up goes on waiting for the next one.</summary>
    private void IsDown()
    {
        if (_up.Task.IsCompleted) Volatile.Write(ref _up, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output) _output.Add(line);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ProbeLimit);
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await probe.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), limit.Token);
            // The socket listens before the relay is ready; the greeting tells that it is.
            return await probe.ReceiveAsync(new byte[512], limit.Token) > 0;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // A connection that the predecessor never saw the end of: nothing comes on it.
            return false;
        }
        catch (SocketException)
        {
            // Not listening yet: the exit of the process or the time limit ends the loop, and the pause keeps it off the processor.
            await Task.Delay(10, cancel);
            return false;
        }
    }
}
