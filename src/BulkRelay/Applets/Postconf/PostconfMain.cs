using BulkRelay.Core.Configuration;

namespace BulkRelay.Server.Applets.Postconf;

/// <summary>Shows parameters: all of them, those that are set (<c>-n</c>), their defaults (<c>-d</c>), or the ones that are named.</summary>
internal static class PostconfMain
{
    public static void Show(PostconfArguments arguments, PostconfConfiguration configuration, PostconfPrinter printer, TextWriter error)
    {
        var known = Names(configuration, arguments);
        if (arguments.Names.Count == 0)
        {
            foreach (var (name, kind) in known)
                if (arguments.Classes.Any(c => c == "all" || c == kind)) ShowOne(arguments, configuration, printer, name);
            return;
        }
        foreach (var name in arguments.Names)
        {
            if (known.ContainsKey(name)) ShowOne(arguments, configuration, printer, name);
            else error.WriteLine($"postconf: warning: {name}: unknown parameter");
        }
    }

    private static void ShowOne(PostconfArguments arguments, PostconfConfiguration configuration, PostconfPrinter printer, string name)
    {
        if (name == "config_directory" && arguments.Folder is { } given && !arguments.Has('d'))
        {
            printer.WritePair(arguments, name, given);
            return;
        }
        var setting = arguments.Has('n') ? configuration.Space.FindExplicit(name) : configuration.Space.Find(name);
        if (setting is not null) printer.WritePair(arguments, name, PostconfConfiguration.Value(arguments, configuration.Space, setting));
    }

    /// <summary>The names that there are, in alphabetic order, with their class: <c>builtin</c>, <c>service</c> or <c>user</c>.</summary>
    private static SortedDictionary<string, string> Names(PostconfConfiguration configuration, PostconfArguments arguments)
    {
        var names = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in ParameterCatalog.All) names[parameter.Name] = "builtin";
        foreach (var name in PostfixParameters.Defaults.Keys) names[name] = "builtin";
        foreach (var name in configuration.Space.ServiceDefined.Keys) names[name] = "service";
        if (arguments.Has('d')) return names;

        var text = configuration.Text;
        var unused = UnusedParameters.Find(text.Space, text.Services).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var setting in text.Space.Explicit.Where(s => !unused.Contains(s.Name))) names.TryAdd(setting.Name, "user");
        return names;
    }
}
