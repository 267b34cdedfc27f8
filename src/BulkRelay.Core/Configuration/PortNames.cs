using System.Globalization;

namespace BulkRelay.Core.Configuration;

/// <summary>Port numbers by name, from <c>/etc/services</c>; the mail ports are known on machines that lack the file.</summary>
public static class PortNames
{
    /// <summary>The system's list of names.</summary>
    public const string ServicesFile = "/etc/services";

    private static readonly Dictionary<string, int> MailPorts = new(StringComparer.Ordinal)
    {
        ["smtp"] = 25,
        ["smtps"] = 465,
        ["submissions"] = 465,
        ["submission"] = 587,
        ["lmtp"] = 24,
    };

    private static readonly Lazy<Dictionary<string, int>> Ports = new(() => Read(ServicesFile));

    /// <summary>The port of a number or name; null if there is none.</summary>
    public static int? Find(string port)
    {
        if (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number <= 65535 ? number : null;
        return Ports.Value.TryGetValue(port, out var known) || MailPorts.TryGetValue(port, out known) ? known : null;
    }

    private static Dictionary<string, int> Read(string path)
    {
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        if (!File.Exists(path)) return ports;
        foreach (var line in File.ReadLines(path))
        {
            var words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !words[1].EndsWith("/tcp", StringComparison.Ordinal)) continue;
            if (!int.TryParse(words[1][..^4], NumberStyles.None, CultureInfo.InvariantCulture, out var port)) continue;
            foreach (var name in words.Where((_, i) => i != 1)) ports.TryAdd(name, port);
        }
        return ports;
    }
}
