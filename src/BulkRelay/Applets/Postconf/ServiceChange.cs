using BulkRelay.Core.Configuration;

namespace BulkRelay.Server.Applets.Postconf;

/// <summary>One change of <c>master.cf</c> that the command line asks for.</summary>
internal sealed class ServiceChange
{
    private readonly PostconfArguments _arguments;
    private readonly ServicePattern _pattern;
    private readonly string _value;

    private ServiceChange(PostconfArguments arguments, ServicePattern pattern, string value)
    {
        _arguments = arguments;
        _pattern = pattern;
        _value = value;
    }

    /// <summary>Reads <c>service/type=entry</c>, <c>service/type/name=value</c>, or the same without a value for <c>-X</c> and <c>-#</c>.</summary>
    /// <exception cref="PostconfException">It is not of that form.</exception>
    public static ServiceChange Parse(PostconfArguments arguments, string text)
    {
        var removes = arguments.Has('X') || arguments.Has('#');
        if (arguments.Has('F') && removes) throw new PostconfException("-X and -# do not work with -F: a column cannot be removed");
        if (arguments.Has('P') && arguments.Has('#')) throw new PostconfException("-# does not work with -P: use -PX");
        var (name, value) = (text.Trim(), "");
        if (removes && text.Contains('=', StringComparison.Ordinal)) throw new PostconfException("-X or -# requires names without value");
        if (!removes)
        {
            var setting = Setting.TryParse(text, ConfigOverrides.CommandLineSource, 0, out var fault) ?? throw new PostconfException($"{fault}: \"{text}\"");
            (name, value) = (setting.Name, AtomicFile.ToFileText(setting.Value));
        }
        var parts = arguments.Has('M') ? 2 : 3;
        if (name.Split('/').Length < parts) throw new PostconfException($"\"{text}\": specify {(parts == 2 ? "service_name/type" : "service_name/type/name")}");
        var change = new ServiceChange(arguments, ServicePattern.Parse(name, parts), value);
        change.CheckValue(text);
        return change;
    }

    /// <summary>True if the change concerns the service: the pattern means it, or the new entry has its name and type.</summary>
    public bool Matches(ServiceEntry service) => _pattern.Matches(service) || (Replaces && NewEntry().Key == service.Key);

    /// <summary>The text that stands for the service afterwards: null for the text as it is, empty for none.</summary>
    public string? Apply(ServiceEntry service, string original, bool first)
    {
        if (Replaces) return first ? Format(NewEntry()) : "";
        if (_arguments.Has('M')) return _arguments.Has('X') ? "" : MasterCfEditor.CommentOut(original);
        return _arguments.Has('F') ? Format(WithColumn(service)) : Format(WithSetting(service));
    }

    /// <summary>What goes to the end of the file if no service matched.</summary>
    public string Missing() => Replaces ? Format(NewEntry()) : "";

    private bool Replaces => _arguments.Has('M') && !_arguments.Has('X') && !_arguments.Has('#');

    private void CheckValue(string text)
    {
        if (Replaces) _ = NewEntry();
        if (!_arguments.Has('F')) return;
        if (!ServiceEntry.ColumnNames.Contains(_pattern.Detail)) throw new PostconfException($"\"{text}\": unknown field: use one of {string.Join(' ', ServiceEntry.ColumnNames)}");
        if (_pattern.Detail != "command" && _value.Contains(' ', StringComparison.Ordinal)) throw new PostconfException("-Fe does not accept whitespace in non-command field");
    }

    private ServiceEntry NewEntry() => ParseEntry(_value);

    private ServiceEntry WithColumn(ServiceEntry service)
    {
        var words = service.Columns.Take(ServiceEntry.ColumnCount - 1).Append(string.Join(' ', ServiceFormat.CommandWords(service))).ToList();
        words[ServiceEntry.ColumnNames.ToList().IndexOf(_pattern.Detail)] = _value;
        return ParseEntry(string.Join(' ', words));
    }

    private ServiceEntry WithSetting(ServiceEntry service)
    {
        var words = service.Arguments.ToList();
        var end = 0;
        while (end < words.Count && words[end].StartsWith('-') && words[end] != "--") end += words[end] == "-o" ? 2 : 1;
        end = Math.Min(end, words.Count);
        var at = words[..end].FindLastIndex(w => w.StartsWith($"{_pattern.Detail}=", StringComparison.Ordinal));
        var setting = $"{_pattern.Detail}={_value}";
        if (_arguments.Has('X'))
        {
            if (at > 0) words.RemoveRange(at - 1, 2);
        }
        else if (at > 0) words[at] = setting;
        else words.InsertRange(end, ["-o", setting]);
        return service with { Arguments = words };
    }

    private static ServiceEntry ParseEntry(string text)
    {
        var faults = new List<ConfigFault>();
        var entry = MasterCf.Parse(text, ConfigOverrides.CommandLineSource, faults).Services.SingleOrDefault();
        var fault = faults.Find(f => f.Severity == FaultSeverity.Error);
        return entry is not null && fault is null ? entry : throw new PostconfException($"{fault?.Message}: \"{text}\"");
    }

    private static string Format(ServiceEntry service)
    {
        using var text = new StringWriter { NewLine = "\n" };
        ServiceFormat.Write(service, new PostconfPrinter(text, fold: true));
        return text.ToString();
    }
}
