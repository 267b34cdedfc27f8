using BulkRelay.Core.Configuration;

namespace BulkRelay.Server.Applets.Postconf;

/// <summary>Changes <c>main.cf</c>: <c>-e name=value</c>, <c>-X name</c>, <c>-# name</c>.</summary>
internal static class PostconfMainEditor
{
    public static void Run(PostconfArguments arguments, string folder, TextWriter error)
    {
        if (arguments.Names.Count == 0) throw new PostconfException("-e, -X or -# needs the names of parameters");
        if (arguments.Names.Any(n => n.Contains('\n', StringComparison.Ordinal))) throw new PostconfException("-e, -X, or -# accepts no multi-line input");
        if (arguments.Names.Any(n => n.TrimStart().StartsWith('#'))) throw new PostconfException("-e, -X, or -# accepts no comment input");

        var path = Path.Combine(folder, ConfigLoader.MainFile);
        if (arguments.Has('X') || arguments.Has('#'))
        {
            var names = arguments.Names.Select(n => n.Trim()).ToHashSet(StringComparer.Ordinal);
            if (names.Contains("")) throw new PostconfException("-X or -# requires non-blank parameter names");
            if (names.Any(n => n.Contains('=', StringComparison.Ordinal))) throw new PostconfException("-X or -# requires parameter names without value");
            AtomicFile.Edit(path, text => arguments.Has('X') ? MainCfEditor.Remove(text, names) : MainCfEditor.CommentOut(text, names));
            return;
        }
        var values = Values(arguments, error);
        AtomicFile.Edit(path, text => MainCfEditor.Set(text, values, message => error.WriteLine($"postconf: warning: {path}: {message}")));
    }

    private static Dictionary<string, string> Values(PostconfArguments arguments, TextWriter error)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in arguments.Names)
        {
            var setting = Setting.TryParse(text, ConfigOverrides.CommandLineSource, 0, out var fault)
                ?? throw new PostconfException($"{fault}: \"{text}\"");
            if (values.TryGetValue(setting.Name, out var earlier))
                error.WriteLine($"postconf: warning: ignoring earlier request: '{setting.Name} = {earlier}'");
            values[setting.Name] = AtomicFile.ToFileText(setting.Value);
        }
        return values;
    }
}
