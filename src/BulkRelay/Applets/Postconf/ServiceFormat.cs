using BulkRelay.Core.Configuration;

namespace BulkRelay.Server.Applets.Postconf;

/// <summary>Writes a service in the columns of <c>postconf -M</c>.</summary>
internal static class ServiceFormat
{
    private static readonly int[] Goals = [0, 11, 17, 25, 33, 41, 49, 57];

    /// <summary>Writes the entry: in one line, or with <c>-f</c> each <c>-o</c> in a line of its own.</summary>
    public static void Write(ServiceEntry service, PostconfPrinter printer)
    {
        var output = printer.Output;
        var length = 0;
        for (var i = 0; i < ServiceEntry.ColumnCount; i++)
        {
            var gap = i == 0 ? 0 : Math.Max(1, Goals[i] - length);
            output.Write(new string(' ', gap));
            output.Write(service.Columns[i]);
            length += gap + service.Columns[i].Length;
        }
        var breakNext = false;
        foreach (var (word, isOption) in Words(service))
        {
            if (isOption || breakNext) length = PostconfPrinter.LineLimit;
            var fits = !printer.Fold || length + 1 + word.Length < PostconfPrinter.LineLimit;
            output.Write(fits ? " " : $"\n{PostconfPrinter.Indent}");
            length = (fits ? length + 1 : PostconfPrinter.Indent.Length) + word.Length;
            output.Write(word);
            breakNext = isOption;
        }
        output.Write('\n');
    }

    /// <summary>The command and its arguments, with braces around those that hold blanks; an option and its value are one item.</summary>
    public static IEnumerable<string> CommandWords(ServiceEntry service) => Words(service).Select(w => w.Text).Prepend(service.Command);

    private static IEnumerable<(string Text, bool IsOption)> Words(ServiceEntry service)
    {
        var arguments = service.Arguments;
        var options = true;
        for (var i = 0; i < arguments.Count; i++)
        {
            options &= arguments[i].StartsWith('-') && arguments[i] != "--";
            if (options && arguments[i] == "-o" && i + 1 < arguments.Count) yield return ($"-o {Braced(arguments[++i])}", true);
            else yield return (options ? arguments[i] : Braced(arguments[i]), false);
        }
    }

    private static string Braced(string word) => word.AsSpan().IndexOfAny(" \t\r\n") < 0 ? word : $"{{{word}}}";
}
