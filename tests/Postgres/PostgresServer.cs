using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace BulkRelay.Tests.Postgres;

/// <summary>
/// A PostgreSQL server of the tests' own: data in a temporary folder, a free port on loopback, a socket in its folder, and everything
/// synced as in earnest. It needs no rights and no cluster of the system's; PostgreSQL itself must be installed (ops/test does that).
/// It dies with the process that started it.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The role that owns everything; it needs no password.</summary>
    public const string Superuser = "postgres";

    private const string Programs = "/usr/lib/postgresql";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(StartAsync);

    private readonly string _programs;
    private readonly DirectoryInfo _folder;
    private readonly ConcurrentBag<string> _free = [];
    private Process? _process;
    private int _databases;

    private PostgresServer(string programs, DirectoryInfo folder, int port)
    {
        _programs = programs;
        _folder = folder;
        Port = port;
    }

    /// <summary>The one server that all tests of a run share which do not harm it.</summary>
    public static Task<PostgresServer> SharedAsync() => SharedServer.Value;

    public int Port { get; }

    /// <summary>The folder of the Unix socket.</summary>
    public string SocketFolder => _folder.FullName;

    /// <summary>Makes and starts a server.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("bulkrelay-postgres-");
        var server = new PostgresServer(FindPrograms(), folder, FreePort());
        if (Environment.UserName == "root") await RunAsync("chown", Superuser, folder.FullName);
        await server.ToolAsync("initdb", "-D", server.Data, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        // One role signs in with a password, all others are trusted.
        await File.WriteAllTextAsync(Path.Combine(server.Data, "pg_hba.conf"),
            "host all with_password 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\nlocal all all trust\n");
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts a server that was stopped or killed; returns when it takes connections, its recovery done.</summary>
    public async Task StartAgainAsync()
    {
        // The shell watches over the server: its input ends with the test's process, however that ends. A line on it means that the folder stays.
        const string Watch = """
            trap : HUP INT TERM
            folder=$1; shift; "$@" & server=$!
            read -r; keep=$?
            kill -CONT $server $(cat /proc/$server/task/$server/children); kill -QUIT $server; wait $server
            [ $keep = 0 ] || rm -rf "$folder"
            """;
        _process = Start("bash", ["-c", Watch, "bash", _folder.FullName, .. AsOwner([Path.Combine(_programs, "postgres"), "-D", Data,
            "-c", $"port={Port.ToString(CultureInfo.InvariantCulture)}", "-c", "listen_addresses=127.0.0.1",
            "-c", $"unix_socket_directories={SocketFolder}", "-c", "max_connections=200", "-c", "log_min_messages=fatal"])]);
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        for (var waited = Stopwatch.StartNew(); !await AnswersAsync();)
            if (waited.Elapsed > Patience) throw new TimeoutException("PostgreSQL does not start");
    }

    /// <summary>An empty database, as libpq's words.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"queue{Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture)}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return $"host=127.0.0.1 port={Port.ToString(CultureInfo.InvariantCulture)} dbname={name} user={Superuser}";
    }

    /// <summary>An empty database that may have been used before, as libpq's words. Cheaper than a new one.</summary>
    public async Task<string> TakeDatabaseAsync() => _free.TryTake(out var place) ? place : await NewDatabaseAsync();

    /// <summary>Empties a database with a queue for the next who takes one. Nobody may use it any more.</summary>
    public async Task GiveBackAsync(string place)
    {
        var name = place.Split("dbname=")[1].Split(' ')[0];
        await ExecuteAsync("DELETE FROM bulkrelay.message; DELETE FROM bulkrelay.content; DELETE FROM bulkrelay.recipient; "
            + "DELETE FROM bulkrelay.frozen; DELETE FROM bulkrelay.message_count", name);
        _free.Add(place);
    }

    /// <summary>Runs a statement as the owner of everything.</summary>
    public async Task ExecuteAsync(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The one value of a query.</summary>
    public async Task<T> QueryAsync<T>(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Ends it in an orderly way; connections are cut (<c>pg_ctl stop -m fast</c>).</summary>
    public async Task StopAsync()
    {
        await ToolAsync("pg_ctl", "stop", "-m", "fast", "-w", "-D", Data);
        await EndedAsync();
    }

    /// <summary><c>kill -9</c> for the server and all processes of its sessions.</summary>
    public async Task KillAsync()
    {
        var server = Pid();
        // First it is kept from starting others.
        await RunAsync("kill", "-STOP", server);
        await RunAsync("bash", "-c", $"kill -KILL $(cat /proc/{server}/task/{server}/children) {server}");
        await EndedAsync();
    }

    /// <summary>Suspends all of it, so that it neither answers nor is gone; <see cref="ThawAsync"/> ends that.</summary>
    public Task FreezeAsync() => SignalAllAsync("STOP");

    public Task ThawAsync() => SignalAllAsync("CONT");

    /// <summary>The processor time that it and its sessions have used so far, sessions that ended included.</summary>
    public TimeSpan ProcessorTime()
    {
        var server = Pid();
        var processes = File.ReadAllText($"/proc/{server}/task/{server}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Append(server);
        // proc(5): behind the name come state and ten more fields, then the ticks in user and kernel mode, its own and its ended children's.
        var ticks = processes.Sum(process => File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[11..15].Sum(long.Parse));
        return TimeSpan.FromSeconds(ticks / 100.0);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) _folder.Delete(recursive: true);
        else await EndedAsync(keepFolder: false);
    }

    private string Data => Path.Combine(_folder.FullName, "data");

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={Port.ToString(CultureInfo.InvariantCulture)};Username={Superuser};Database={database};Pooling=false;Timeout=5";

    private string Pid() => File.ReadLines(Path.Combine(Data, "postmaster.pid")).First();

    private async Task SignalAllAsync(string signal)
    {
        var server = Pid();
        await RunAsync("bash", "-c", $"kill -{signal} {server} $(cat /proc/{server}/task/{server}/children)");
    }

    private async Task EndedAsync(bool keepFolder = true)
    {
        if (keepFolder) await _process!.StandardInput.WriteLineAsync();
        _process!.StandardInput.Close();
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        _process.Dispose();
        _process = null;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync("SELECT");
            return true;
        }
        catch (NpgsqlException)
        {
            // Not listening yet or still in recovery; the pause keeps the loop off the processor, the caller's limit ends it.
            await Task.Delay(20);
            return false;
        }
    }

    private static string FindPrograms() =>
        Directory.Exists(Programs) && Directory.GetDirectories(Programs).Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault() is { } found
            ? found
            : throw new InvalidOperationException($"there is no PostgreSQL server in {Programs}: install Debian's package postgresql, as ops/test does");

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static IEnumerable<string> AsOwner(IEnumerable<string> command) => Environment.UserName != "root"
        ? command : ["setpriv", $"--reuid={Superuser}", $"--regid={Superuser}", "--clear-groups", .. command];

    private Task ToolAsync(string program, params string[] arguments)
    {
        string[] command = [.. AsOwner([Path.Combine(_programs, program), .. arguments])];
        return RunAsync(command[0], command[1..]);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await error}");
    }

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        // Output goes nowhere: a server that outlives the one who asked for it must not hold a pipe open.
        string[] quiet = ["-c", "exec \"$@\" >/dev/null", "bash", program, .. arguments];
        var start = new ProcessStartInfo("bash", quiet) { RedirectStandardInput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }
}
