using BulkRelay.Core.Configuration;

namespace BulkRelay.Server.Applets.Postconf;

/// <summary>Shows services: whole entries (<c>-M</c>), their columns (<c>-F</c>), or their <c>-o</c> settings (<c>-P</c>).</summary>
internal static class PostconfMaster
{
    public static void Show(PostconfArguments arguments, PostconfConfiguration configuration, PostconfPrinter printer)
    {
        var patterns = arguments.Names.Select(n => ServicePattern.Parse(n, arguments.Has('M') ? 2 : 3)).ToList();
        if (patterns.Count == 0) patterns.Add(ServicePattern.Everything);
        foreach (var service in configuration.Text.Services)
        {
            var matching = patterns.Where(p => p.Matches(service)).ToList();
            if (matching.Count == 0) continue;
            var space = configuration.Space.ForService(service);
            var entry = arguments.Has('x') ? Expanded(arguments, space, service) : service;
            if (arguments.Has('M')) ServiceFormat.Write(entry, printer);
            else if (arguments.Has('F')) ShowColumns(arguments, entry, matching, printer);
            else ShowSettings(arguments, entry, matching, printer);
        }
    }

    private static void ShowSettings(PostconfArguments arguments, ServiceEntry entry, List<ServicePattern> matching, PostconfPrinter printer)
    {
        var last = entry.Overrides.Reverse().DistinctBy(s => s.Name).OrderBy(s => s.Name, StringComparer.Ordinal);
        foreach (var setting in last.Where(s => matching.Any(p => p.MatchesDetail(s.Name))))
            printer.WritePair(arguments, $"{entry.Key}/{setting.Name}", setting.Value);
    }

    private static void ShowColumns(PostconfArguments arguments, ServiceEntry entry, List<ServicePattern> matching, PostconfPrinter printer)
    {
        for (var i = 0; i < ServiceEntry.ColumnCount; i++)
        {
            var column = ServiceEntry.ColumnNames[i];
            if (!matching.Any(p => p.MatchesDetail(column))) continue;
            var value = i < ServiceEntry.ColumnCount - 1 ? entry.Columns[i] : string.Join(' ', ServiceFormat.CommandWords(entry));
            printer.WritePair(arguments, $"{entry.Key}/{column}", value, verbatim: true);
        }
    }

    private static ServiceEntry Expanded(PostconfArguments arguments, ParameterSpace space, ServiceEntry service)
    {
        var overrides = service.Overrides.Select(s => s with { Value = PostconfConfiguration.Value(arguments, space, s) }).ToList();
        var next = 0;
        var words = service.Arguments.ToList();
        for (var i = 0; i + 1 < words.Count && next < overrides.Count; i++)
            if (words[i] == "-o") words[++i] = $"{overrides[next].Name}={overrides[next++].Value}";
        return service with { Overrides = overrides, Arguments = words };
    }
}
