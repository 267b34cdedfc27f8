using System.Text;

namespace BulkRelay.Core.Configuration;

/// <summary>
/// Edits the text of a <c>main.cf</c> as <c>postconf -e</c>, <c>-X</c> and <c>-#</c> do: comments, blank lines and the order stay as
/// they are.
/// </summary>
public static class MainCfEditor
{
    /// <summary>
    /// Sets parameters: in place where the file sets them, at its end in alphabetic order where it does not. A parameter that is set
    /// more than once is reported.
    /// </summary>
    public static string Set(string text, IReadOnlyDictionary<string, string> values, Action<string> warn)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var result = Rewrite(text, values.ContainsKey, name =>
        {
            if (!found.Add(name)) warn($"multiple entries for \"{name}\"");
            return $"{name} = {values[name]}\n";
        }, _ => "");
        foreach (var (name, value) in values.Where(v => !found.Contains(v.Key)).OrderBy(v => v.Key, StringComparer.Ordinal))
            result.Append(name).Append(" = ").Append(value).Append('\n');
        return result.ToString();
    }

    /// <summary>Removes the settings of some parameters, so that their defaults hold.</summary>
    public static string Remove(string text, IReadOnlySet<string> names) => Rewrite(text, names.Contains, _ => "", _ => "").ToString();

    /// <summary>Turns the settings of some parameters into comments.</summary>
    public static string CommentOut(string text, IReadOnlySet<string> names) => Rewrite(text, names.Contains, null, line => $"#{line}").ToString();

    private static StringBuilder Rewrite(string text, Predicate<string> isMeant, Func<string, string>? first, Func<string, string> rest)
    {
        var result = new StringBuilder(text.Length);
        var inMeant = false;
        foreach (var line in CfLines.Split(text))
        {
            if (CfLines.IsRemark(line)) result.Append(line);
            else if (CfLines.IsContinuation(line)) result.Append(inMeant ? rest(line) : line);
            else
            {
                var end = line.AsSpan().IndexOfAny(" \t\r\n=");
                var name = end < 0 ? line : line[..end];
                inMeant = isMeant(name);
                result.Append(!inMeant ? line : first is null ? rest(line) : first(name));
            }
        }
        return result;
    }
}
