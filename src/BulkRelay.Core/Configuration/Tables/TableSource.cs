using System.Text;

namespace BulkRelay.Core.Configuration.Tables;

/// <summary>
/// The content of a table that is parsed from text, kept as one immutable object, so that look-ups need no lock. A file is looked at
/// again at most once in <see cref="CheckInterval"/>; when it has changed it is read anew. If the new one cannot be read, or a line of it
/// makes no sense (perhaps it is only half written), the old content stays and a warning says why.
/// </summary>
/// <typeparam name="T">What the text is parsed to.</typeparam>
public sealed class TableSource<T> where T : class
{
    /// <summary>The longest file that is read, in octets.</summary>
    public const long MaxLength = 256 * 1024 * 1024;

    /// <summary>How long a changed file may go unnoticed.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>A file this young may change again within the same tick of the file system's clock.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly string _table;
    private readonly string _file;
    private readonly Func<TableText, T> _parse;
    private readonly LookupTableSet _set;
    private readonly bool _isFile;
    private FileStamp _stamp;
    private long _nextCheck;
    private volatile T? _content;
    private volatile string _reason = "";
    private string _lastWarning = "";

    /// <summary>Reads the file that the table's name gives, or the rules <c>{ { rule }, { rule } }</c> that stand in the name.</summary>
    /// <param name="opening">The table. Faults go there.</param>
    /// <param name="parse">Makes the content from the text; what makes no sense is recorded in the text.</param>
    /// <param name="allowsRules">Whether the name may hold the rules.</param>
    public TableSource(TableOpening opening, Func<TableText, T> parse, bool allowsRules)
    {
        _table = opening.Name;
        _parse = parse;
        _set = opening.Set;
        _isFile = !allowsRules || !opening.Argument.StartsWith('{');
        _file = _isFile ? ConfigPath.Of(opening.Argument, _set.Folder) : opening.Argument;
        if (_isFile) OpenFile(opening);
        else OpenRules(opening);
    }

    /// <summary>The file; empty if the rules stand in the name.</summary>
    public string File => _isFile ? _file : "";

    /// <summary>The text of the file as it is now; null if it cannot be read.</summary>
    public TableText? ReadAgain() => _isFile ? Read() : null;

    /// <summary>Why there is no content, for the operator.</summary>
    public string Failure => $"table {_table}: {_reason}";

    /// <summary>The content as of at most <see cref="CheckInterval"/> ago; null if the file could never be read.</summary>
    public T? Current
    {
        get
        {
            if (!_isFile) return _content;
            var now = _set.Time.GetTimestamp();
            var next = Volatile.Read(ref _nextCheck);
            // Whoever moves the time of the next check does the check; the others go on with what is there.
            if (now >= next && Interlocked.CompareExchange(ref _nextCheck, now + CheckTicks, next) == next) Refresh();
            return _content;
        }
    }

    private long CheckTicks => (long)(CheckInterval.TotalSeconds * _set.Time.TimestampFrequency);

    /// <summary>Starts with the file as it is now, or as it will be once there is one. Records faults.</summary>
    private void OpenFile(TableOpening opening)
    {
        _nextCheck = _set.Time.GetTimestamp() + CheckTicks;
        _stamp = FileStamp.Of(_file);
        if (Read() is { } text) Take(text);
        else opening.Fault(_reason);
    }

    /// <summary>Takes rules from the table's name, one a line.</summary>
    private void OpenRules(TableOpening opening)
    {
        var rules = opening.Words()?.Select(word => ParameterList.InsideBraces(word, out _)).ToList();
        if (rules is null || rules.Contains(null))
        {
            _reason = $"bad syntax; each rule stands in braces: {{ {{ rule }}, {{ rule }} }}";
            opening.Fault(_reason);
            return;
        }
        Take(new TableText(_table, _table, Encoding.UTF8.GetBytes(string.Join('\n', rules)), _set.Folding));
    }

    private void Take(TableText text)
    {
        _content = _parse(text);
        foreach (var fault in text.Faults.Take(_set.MaxFaults)) _set.Report(fault);
        if (text.FaultCount > _set.MaxFaults)
            _set.Report(new ConfigFault(FaultSeverity.Warning, File, 0, _table, $"and {text.FaultCount - _set.MaxFaults} more lines like that"));
    }

    private void Refresh()
    {
        var stamp = FileStamp.Of(_file);
        if (stamp == _stamp && _set.Time.GetUtcNow().UtcDateTime - stamp.Modified >= Settled) return;
        if (Read() is not { } text)
        {
            WarnOnce(_content is null ? Failure : $"{Failure}; the old content stays in use");
            return;
        }
        var content = _parse(text);
        if (text.HasSkippedLines && _content is not null)
        {
            WarnOnce($"{string.Join("; ", text.Faults.Take(5).Select(f => $"{f.File}, line {f.Line}: {f.Message}"))}; the old content stays in use");
        }
        else
        {
            foreach (var fault in text.Faults.Take(stamp == _stamp ? 0 : 5)) WarnOnce($"{fault.File}, line {fault.Line}: {fault.Message}");
            _content = content;
        }
        _stamp = stamp;
    }

    private void WarnOnce(string warning)
    {
        if (warning == _lastWarning) return;
        _lastWarning = warning;
        _set.Warn(warning);
    }

    private TableText? Read()
    {
        try
        {
            using var file = new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (file.Length > MaxLength) return Fail($"is longer than {MaxLength} octets");
            var octets = new byte[file.Length];
            var length = file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
            return new TableText(_file, _table, octets.AsMemory(0, length), _set.Folding);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Fail("no such file: create it (an empty one will do) or take the table out of the configuration");
        }
        catch (UnauthorizedAccessException)
        {
            return Fail(Directory.Exists(_file) ? "is a folder, not a file" : "permission denied: make it readable for the user of the relay");
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            return Fail(e.Message);
        }
    }

    private TableText? Fail(string why)
    {
        _reason = $"source file {_file}: {why}";
        return null;
    }
}
