using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Server.Applets.Postconf;

namespace BulkRelay.Server.Applets.Postmap;

/// <summary>
/// The work of <c>postmap</c> and <c>postalias</c>. The relay reads tables from their source text, so there is no file to build: to
/// "build" a table is to check it, with Postfix's messages. Works with the relay down and never changes a file. Exit status 0: checked,
/// or found; 1: not found, or a fault that is told on the error stream.
/// </summary>
internal sealed class TableCommand(string name, bool isForAliases, TextReader input, TextWriter output, TextWriter error)
{
    private const string Letters = "bc:d:fFhimnNopq:rsuUvw";

    private ShortOptions _options = ShortOptions.Parse([], Letters, out _);

    /// <summary>The folder from which relative names of files count.</summary>
    public string Folder { get; init; } = Environment.CurrentDirectory;

    private string Usage => $"usage: {name} [-bfFhimnNoprsuUvw] [-c config_dir] [-d key] [-q key] [file_type:]file_name ...";

    /// <summary>Runs the command.</summary>
    public async Task<int> RunAsync(string[] args)
    {
        if (args is ["--help", ..])
        {
            await output.WriteLineAsync(Usage);
            return 0;
        }
        _options = ShortOptions.Parse(args, Letters, out var fault);
        if (fault is not null) await error.WriteLineAsync($"{name}: {fault}");
        var isAllStandardInput = _options.Value('q') == "-" && _options.Arguments.Count == 0;
        if (fault is not null || (_options.Arguments.Count == 0 && !isAllStandardInput))
            return await FatalAsync(Usage);
        if (Unsupported() is { } refusal) return await FatalAsync(refusal);
        if (_options.Value('c') is { } folder && !Directory.Exists(folder)) return await FatalAsync($"open {folder}: no such folder");
        if (MainFileFault() is { } broken) return await FatalAsync(PostconfConfiguration.Describe(broken));
        return _options.Value('q') switch
        {
            null => _options.Has('s') ? await ListAsync() : await CheckAsync(),
            "-" => await QueryLinesAsync(),
            var key => await QueryAsync(key),
        };
    }

    /// <summary>The settings that the environment makes, for a command that has no <c>-o name=value</c>.</summary>
    public static ConfigOverrides EnvironmentOverrides() => new([], Environment.GetEnvironmentVariables());

    /// <summary>
    /// As in Postfix a <c>main.cf</c> that makes no sense ends the command. Without one tables can be looked at all the same.
    /// </summary>
    private ConfigFault? MainFileFault()
    {
        var main = Path.Combine(ConfigFolder.Of(_options.Value('c')), ConfigLoader.MainFile);
        if (!File.Exists(main)) return null;
        var text = ConfigLoader.ReadText(Path.GetDirectoryName(main)!, EnvironmentOverrides());
        return text.Faults.Where(f => Path.GetFileName(f.File) == ConfigLoader.MainFile).Concat(PostconfConfiguration.MacroFaults(text))
            .FirstOrDefault(f => f.Severity == FaultSeverity.Error);
    }

    private string? Unsupported()
    {
        if (_options.Has('d') || _options.Has('i')) return "tables are read from their source text: edit the file, the change takes effect at once";
        if (_options.Has('b') || _options.Has('h') || _options.Has('m')) return "-b, -h and -m are not supported: give the keys one a line with -q -";
        return _options.Has('F') ? "-F (values that are names of files) is not supported" : null;
    }

    private async Task<int> CheckAsync()
    {
        foreach (var table in _options.Arguments)
        {
            var set = NewSet();
            set.Open(WithType(table));
            if (await ReportAsync(set) is { } status) return status;
        }
        return 0;
    }

    private async Task<int> ListAsync()
    {
        foreach (var name in _options.Arguments)
        {
            var set = NewSet();
            var table = set.Open(WithType(name));
            if (await ReportAsync(set) is { } status) return status;
            if ((table as TextTable)?.Content is not { } entries) return await FatalAsync($"table {table.Name}: sequence operation is not supported");
            foreach (var (key, value) in entries) await WriteAsync(set.Folding.Fold(key), value);
        }
        return 0;
    }

    private async Task<int> QueryAsync(string key)
    {
        foreach (var tableName in _options.Arguments)
        {
            var set = NewSet();
            var table = set.Open(WithType(tableName));
            if (await ReportAsync(set) is { } status) return status;
            var found = await table.LookupAsync(key, CancellationToken.None);
            if (found.IsFailure) return await FatalAsync($"table {table.Name}: query error: {found.Failure}");
            if (!found.IsFound) continue;
            await output.WriteLineAsync(found.Value);
            return 0;
        }
        return 1;
    }

    private async Task<int> QueryLinesAsync()
    {
        var set = NewSet();
        var tables = _options.Arguments.Select(t => set.Open(WithType(t))).ToList();
        if (await ReportAsync(set) is { } status) return status;
        var hasFound = false;
        while (await input.ReadLineAsync() is { } key)
        {
            foreach (var table in tables)
            {
                var found = await table.LookupAsync(key, CancellationToken.None);
                if (found.IsFailure) return await FatalAsync($"table {table.Name}: query error: {found.Failure}");
                if (!found.IsFound) continue;
                await WriteAsync(key, found.Value!);
                hasFound = true;
                break;
            }
        }
        return hasFound ? 0 : 1;
    }

    private Task WriteAsync(string key, string value) => output.WriteLineAsync($"{key}{(isForAliases ? ":" : "")}\t{value}");

    private LookupTableSet NewSet() => new("hash", TimeProvider.System, _ => { })
    {
        Folder = Folder,
        Origin = name,
        Folding = _options.Has('f') ? KeyFolding.None : _options.Has('u') ? KeyFolding.Ascii : KeyFolding.Unicode,
        ParseText = isForAliases ? AliasFile.Parse : TextTable.Parse,
    };

    /// <summary>The configuration is read only where it matters: for a table that is named by its file alone.</summary>
    private string WithType(string table)
    {
        if (table.Contains(':', StringComparison.Ordinal)) return table;
        var configuration = ConfigLoader.Load(ConfigFolder.Of(_options.Value('c')), EnvironmentOverrides()).Draft;
        return $"{configuration.Get(RoutingParameters.DefaultDatabaseType)}:{table}";
    }

    /// <summary>Tells what is wrong with the tables; the exit status if one of them cannot be used.</summary>
    private async Task<int?> ReportAsync(LookupTableSet set)
    {
        foreach (var fault in set.Faults)
        {
            if (fault.Severity == FaultSeverity.Error) return await FatalAsync(fault.Message);
            if (IsSilenced(fault)) continue;
            await error.WriteLineAsync($"{name}: warning: {fault.File}, line {fault.Line}: {fault.Message}");
        }
        return null;
    }

    /// <summary><c>-r</c> and <c>-w</c> ask not to hear of entries that are there twice.</summary>
    private bool IsSilenced(ConfigFault fault) =>
        (_options.Has('r') || _options.Has('w')) && fault.Message.StartsWith("duplicate entry", StringComparison.Ordinal);

    private async Task<int> FatalAsync(string message)
    {
        await error.WriteLineAsync($"{name}: fatal: {message}");
        return 1;
    }
}
