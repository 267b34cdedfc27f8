namespace BulkRelay.Core.Configuration;

/// <summary>The arguments of a service's command.</summary>
internal static class ServiceArguments
{
    /// <summary>Brings the options into the form <c>-o</c>, <c>name=value</c>, and takes braces off arguments; a name=value in braces loses the blanks around <c>=</c>.</summary>
    public static IReadOnlyList<string> Normalize(IEnumerable<string> words, Action<string> report)
    {
        var result = new List<string>();
        var queue = new Queue<string>(words);
        while (queue.TryPeek(out var option) && option.StartsWith('-') && option != "--")
        {
            queue.Dequeue();
            var value = option.IndexOf('o', StringComparison.Ordinal);
            if (value < 1)
            {
                result.Add(option);
                continue;
            }
            if (value > 1) result.Add(option[..value]);
            result.Add("-o");
            if (value + 1 < option.Length) result.Add(NameValue(option[(value + 1)..], report));
            else if (queue.TryDequeue(out var next)) result.Add(NameValue(next, report));
            else report("-o needs name=value after it");
        }
        foreach (var word in queue) result.Add(Unwrap(word, report));
        return result;
    }

    /// <summary>The settings behind <c>-o</c>.</summary>
    public static IReadOnlyList<Setting> Overrides(IReadOnlyList<string> arguments, string file, int line, Action<string> report)
    {
        var settings = new List<Setting>();
        for (var i = 0; i < arguments.Count && arguments[i].StartsWith('-') && arguments[i] != "--"; i++)
        {
            if (arguments[i] != "-o" || i + 1 == arguments.Count) continue;
            if (Setting.TryParse(arguments[++i], file, line, out var fault) is { } setting) settings.Add(setting);
            else report($"{fault} in -o '{arguments[i]}': write -o name=value without blanks, or -o {{ name = value }}");
        }
        return settings;
    }

    /// <summary>The options other than <c>-o</c>.</summary>
    public static IEnumerable<string> OtherOptions(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count && arguments[i].StartsWith('-') && arguments[i] != "--"; i++)
        {
            if (arguments[i] == "-o") i++;
            else yield return arguments[i];
        }
    }

    private static string NameValue(string word, Action<string> report)
    {
        if (!word.StartsWith('{')) return word;
        var inside = Unwrap(word, report);
        return Setting.TryParse(inside, "", 0, out _) is { } setting ? $"{setting.Name}={setting.Value}" : inside;
    }

    private static string Unwrap(string word, Action<string> report)
    {
        var inside = ServiceWords.Unwrap(word, out var fault);
        if (fault is not null) report(fault);
        return inside;
    }
}
