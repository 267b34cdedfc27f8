using System.Diagnostics.CodeAnalysis;
using BulkRelay.Core;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Server.Admin;
using BulkRelay.Server.Applets;
using Microsoft.AspNetCore.Builder;

namespace BulkRelay.Server;

/// <summary>The relay with what surrounds it in the executable: its mail log and its control socket.</summary>
internal sealed class RelayHost : IAsyncDisposable
{
    private readonly MailLog _log;
    private readonly ServiceLog _master;
    private readonly Relay _relay;
    private readonly IdleMemory _memory = IdleMemory.OfProcess();
    private readonly DateTimeOffset _started = TimeProvider.System.GetUtcNow();
    private WebApplication? _control;
    private RelayAnnouncement? _announcement;

    private RelayHost(MailLog log, ServiceLog master, Relay relay)
    {
        _log = log;
        _master = master;
        _relay = relay;
    }

    public Relay Relay => _relay;

    /// <summary>Starts everything. Null after it has said on <paramref name="error"/>, a line per fault, why it cannot.</summary>
    public static async Task<RelayHost?> StartAsync(LiveConfiguration configuration, TextWriter error)
    {
        var snapshot = configuration.Current;
        var queueDirectory = ConfigFolder.QueueDirectory(snapshot);
        if (ControlSocket.Fault(ControlSocket.PathIn(queueDirectory)) is { } fault) return await RefuseAsync(error, fault);
        MailLog log;
        try
        {
            log = ConfiguredLog.Open(snapshot);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await RefuseAsync(error, $"maillog_file: {e.Message}");
        }
        var master = log.For(snapshot.Get(LogParameters.SyslogName), "master");
        try
        {
            var start = Relay.Start(configuration, log, TimeProvider.System);
            await TellAsync(start.Faults, master, error, MailLogFile.IsStandardOutput(snapshot.Get(LogParameters.MaillogFile)));
            if (start.Relay is { } relay) return await ServeAsync(new RelayHost(log, master, relay), snapshot, queueDirectory);
        }
        catch (QueueStoreException e)
        {
            await error.WriteLineAsync($"bulkrelay: {e.Message}");
        }
        log.Dispose();
        return null;
    }

    /// <summary>
    /// Reads the configuration again and opens the mail log anew; the result is also in the mail log. Never throws: a signal has nobody who
    /// could catch it.
    /// </summary>
    public ReloadResult Reload()
    {
        List<ConfigFault> faults = [.. ReadAgain()];
        var applied = faults.All(f => f.Severity != FaultSeverity.Error);
        if (_log.Reopen() is { } fault)
        {
            faults.Add(new ConfigFault(FaultSeverity.Warning, ConfigLoader.MainFile, 0, LogParameters.MaillogFile.Name,
                $"cannot be opened again: {fault} The log goes on in the old file. Let the relay's user write the file (logrotate: "
                + $"create), and reload."));
        }
        foreach (var found in faults) Log(found, _master);
        _master.Info($"{(applied ? "reload: the configuration was read again" : "reload: the configuration has errors, the old one stays")}");
        return new ReloadResult(applied, [.. faults.Select(f => f.ToString())]);
    }

    public async Task<RelayStatus> StatusAsync(CancellationToken cancel)
    {
        var statistics = _relay.Statistics;
        var queue = await _relay.QueueStatusAsync();
        return new RelayStatus
        {
            Version = Help.Version,
            Pid = Environment.ProcessId,
            Started = _started,
            Listeners = [.. _relay.Listeners.Select(l => l.ToString())],
            StoreHealthy = _relay.Store.IsHealthy,
            Queued = await _relay.Store.CountAsync(cancel),
            Accepted = statistics.Accepted,
            Delivered = statistics.Delivered,
            Deferred = statistics.Deferred,
            Bounced = statistics.Bounced,
            Expired = statistics.Expired,
            InDoubt = statistics.InDoubt,
            Corrupt = _relay.Maildrop.CountCorrupt(),
            Freezes = _relay.Freezes.All,
            Learned = await _relay.JournalStatusAsync(),
            Destinations =
            [
                .. queue.Destinations.OrderByDescending(d => d.InFlight + d.Queued).Take(50)
                    .Select(d => new DestinationStatus(d.Destination.ToString(), d.InFlight, d.Queued, d.Window, d.SuspendedUntil ?? d.NextDue, d.Suspension)),
            ],
        };
    }

    /// <summary>Finishes what is under way and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _announcement?.Dispose();
        if (_control is not null) await _control.DisposeAsync();
        await _relay.DisposeAsync();
        _memory.Dispose();
        _master.Info($"stopped");
        _log.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever is wrong with the new configuration, the old one stays.")]
    private IReadOnlyList<ConfigFault> ReadAgain()
    {
        try
        {
            return _relay.Reload();
        }
        catch (Exception e)
        {
            _master.Error($"reload: {e.ToString()}");
            return [new ConfigFault(FaultSeverity.Error, ConfigLoader.MainFile, 0, "", $"cannot be used: {e.Message}")];
        }
    }

    private static async Task<RelayHost?> RefuseAsync(TextWriter error, string fault)
    {
        await error.WriteLineAsync($"bulkrelay: {fault}");
        return null;
    }

    /// <summary>All faults, on standard error and in the log; where the log is on standard output, each in one of the two.</summary>
    private static async Task TellAsync(IReadOnlyList<ConfigFault> faults, ServiceLog master, TextWriter error, bool logIsOutput)
    {
        foreach (var fault in faults)
        {
            var stops = fault.Severity == FaultSeverity.Error;
            if (stops || !logIsOutput) await error.WriteLineAsync(fault.ToString());
            if (!stops || !logIsOutput) Log(fault, master);
        }
    }

    private static void Log(ConfigFault fault, ServiceLog master)
    {
        switch (fault.Severity)
        {
            case FaultSeverity.Error: master.Error($"{fault.Text}"); break;
            case FaultSeverity.Warning: master.Warning($"{fault.Text}"); break;
            default: master.Info($"{fault.Text}"); break;
        }
    }

    private static async Task<RelayHost> ServeAsync(RelayHost host, ConfigSnapshot snapshot, string queueDirectory)
    {
        var controlled = new ControlledRelay(host._relay, host._log, snapshot.Get(LogParameters.SyslogName), host.StatusAsync, host.Reload);
        host._control = await ControlServer.StartAsync(queueDirectory, controlled);
        host._announcement = RelayAnnouncement.Make(snapshot.ConfigDirectory, queueDirectory);
        host._relay.AcceptMail();
        host._master.Info($"started -- version {Help.Version}, listening on {string.Join(", ", host._relay.Listeners)}");
        return host;
    }
}
