using BulkRelay.EndToEnd.Dialogs;

namespace BulkRelay.EndToEnd.Comparison;

/// <summary>Keys that one table is asked for.</summary>
/// <param name="Command"><c>postmap</c> or <c>postalias</c>.</param>
/// <param name="IsBuilt">Whether Postfix's command makes an index of the source first.</param>
/// <param name="Options">Options of the command.</param>
/// <param name="Table">The table, with <c>{dir}</c> for the folder of the files.</param>
internal sealed record LookUp(string Command, bool IsBuilt, IReadOnlyList<string> Options, string Table)
{
    /// <summary>The keys in order.</summary>
    public List<string> Keys { get; } = [];
}

/// <summary>The look-ups of a file <c>sidebyside/NAME.lookups</c>. <see cref="LookUpTests"/> has the syntax.</summary>
internal sealed class LookUps
{
    private readonly Dictionary<string, List<byte>> _files = new(StringComparer.Ordinal);

    /// <summary>The tables that are asked, in order.</summary>
    public List<LookUp> All { get; } = [];

    /// <summary>Reads the file.</summary>
    public static LookUps Read(string file)
    {
        var lookUps = new LookUps();
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (line.Length > 0 && line[0] != '#' && !lookUps.TryAdd(line)) throw new FormatException($"{file}:{number}: what is '{line}'?");
        }
        return lookUps;
    }

    /// <summary>Writes the files of the tables.</summary>
    public void WriteFiles(string folder)
    {
        foreach (var (name, octets) in _files) File.WriteAllBytes(Path.Combine(folder, name), [.. octets]);
    }

    private bool TryAdd(string line)
    {
        var (keyword, rest) = line.Split(' ', 2) is [var first, var second] ? (first, second) : (line, "");
        switch (keyword)
        {
            case "file" when rest.Split(": ", 2) is [var file, var text]:
                Octets(file).AddRange([.. System.Text.Encoding.UTF8.GetBytes(text), (byte)'\n']);
                return true;
            case "octets" when rest.Split(": ", 2) is [var file, var text]:
                Octets(file).AddRange(Escapes.Decode(text));
                return true;
            case "ask" when rest.Split(' ', 2) is [var command, var table]:
                All.Add(Ask(command, table));
                return true;
            case "?" when All.Count > 0:
                All[^1].Keys.Add(rest);
                return true;
            default:
                return false;
        }
    }

    private List<byte> Octets(string file) => _files.TryGetValue(file, out var octets) ? octets : _files[file] = [];

    private static LookUp Ask(string command, string table)
    {
        var options = new List<string>();
        while (table.StartsWith('-') && table.Split(' ', 2) is [var option, var rest])
        {
            options.Add(option);
            table = rest;
        }
        return new LookUp(command == "alias" ? "postalias" : "postmap", command is "alias" or "index", options, table);
    }
}
