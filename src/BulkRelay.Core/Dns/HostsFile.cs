using System.Net;

namespace BulkRelay.Core.Dns;

/// <summary>
/// The names of addresses in hosts(5). The file is read again when it has changed, looked at once in a few seconds.
/// </summary>
internal sealed class HostsFile(string path, TimeProvider time)
{
    /// <summary>Where the system keeps it.</summary>
    public const string SystemPath = "/etc/hosts";

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    private readonly string _path = path;
    private readonly TimeProvider _time = time;
    private volatile Dictionary<IPAddress, string> _names = Read(path);
    private DateTime _modified = File.GetLastWriteTimeUtc(path);
    private long _checked = time.GetTimestamp();

    /// <summary>The first name of an address, or null if the file does not have it.</summary>
    public string? NameOf(IPAddress address)
    {
        var last = Volatile.Read(ref _checked);
        // One caller looks at the file; the others go on with what is known.
        if (_time.GetElapsedTime(last) >= CheckInterval
            && Interlocked.CompareExchange(ref _checked, _time.GetTimestamp(), last) == last) Refresh();
        return _names.GetValueOrDefault(address);
    }

    internal static Dictionary<IPAddress, string> Parse(IEnumerable<string> lines)
    {
        var names = new Dictionary<IPAddress, string>();
        foreach (var line in lines)
        {
            var words = line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is [var text, var name, ..] && IPAddress.TryParse(text, out var address)) names.TryAdd(address, name);
        }
        return names;
    }

    private void Refresh()
    {
        var modified = File.GetLastWriteTimeUtc(_path);
        if (modified == _modified) return;
        _names = Read(_path);
        _modified = modified;
    }

    /// <summary>No file, no names: the system's own resolver takes it the same way.</summary>
    private static Dictionary<IPAddress, string> Read(string path)
    {
        try
        {
            return Parse(File.ReadLines(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
