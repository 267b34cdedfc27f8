using System.Net;

namespace BulkRelay.EndToEnd.Comparison;

/// <summary>One dialogue of <c>sidebyside/</c>: settings, tables, and what the client says. <see cref="SideBySideTests"/> has the syntax.</summary>
internal sealed class Talk
{
    private Talk(string name) => Name = name;

    /// <summary>The name of its file.</summary>
    public string Name { get; }

    /// <summary>Settings of the service that is talked to, in both servers.</summary>
    public List<(string Name, string Value)> Settings { get; } = [];

    /// <summary>Settings that Postfix's cleanup reads, for the mail of that service.</summary>
    public List<(string Name, string Value)> CleanupSettings { get; } = [];

    /// <summary>Lookup tables by their file's name.</summary>
    public SortedDictionary<string, List<string>> Tables { get; } = new(StringComparer.Ordinal);

    /// <summary>The address that the client comes from; outside of <c>mynetworks</c> unless the dialogue says otherwise.</summary>
    public IPAddress Client { get; private set; } = IPAddress.Parse("127.0.0.66");

    /// <summary>How many deliveries come of it, at the next hop and at the content filter together.</summary>
    public int Deliveries { get; private set; }

    /// <summary>The address under which the server takes leave of the client.</summary>
    public string LoggedAs { get; private set; } = "";

    /// <summary>How many other connections the client has meanwhile.</summary>
    public int Held { get; private set; }

    /// <summary>What the client sends before the server greets.</summary>
    public string Early { get; private set; } = "";

    /// <summary>What the client does, one step a line, as written.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>Reads a dialogue.</summary>
    /// <param name="file">The file.</param>
    /// <param name="expand">Puts in what only the run knows.</param>
    public static Talk Read(string file, Func<string, string> expand)
    {
        var talk = new Talk(Path.GetFileNameWithoutExtension(file));
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (line.Length > 0 && line[0] != '#' && !talk.TryAdd(expand(line)))
                throw new FormatException($"{file}:{number}: what is '{line}'?");
        }
        if (talk.LoggedAs.Length == 0) talk.LoggedAs = talk.Client.ToString();
        return talk;
    }

    private bool TryAdd(string line)
    {
        var (keyword, rest) = line.Split(' ', 2) is [var first, var second] ? (first, second) : (line, "");
        switch (keyword)
        {
            case "set" when rest.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value]:
                Settings.Add((name, value));
                return true;
            case "cleanup" when rest.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value]:
                CleanupSettings.Add((name, value));
                return true;
            case "table" when rest.Split(": ", 2) is [var file, var entry]:
                if (!Tables.TryGetValue(file, out var entries)) Tables[file] = entries = [];
                entries.Add(entry);
                return true;
            case "client" when IPAddress.TryParse(rest, out var address):
                Client = address;
                return true;
            case "delivers" when int.TryParse(rest, out var count):
                Deliveries = count;
                return true;
            case "hold" when int.TryParse(rest, out var count):
                Held = count;
                return true;
            case "becomes":
                LoggedAs = rest;
                return true;
            case "early":
                Early += rest;
                return true;
            case ">" or ">>" or "end" or "quiet":
                Steps.Add(line);
                return true;
            default:
                return false;
        }
    }
}
