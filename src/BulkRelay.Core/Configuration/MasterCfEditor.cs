using System.Text;

namespace BulkRelay.Core.Configuration;

/// <summary>Edits the text of a <c>master.cf</c>: services that do not change, comments and the order stay as they are.</summary>
public static class MasterCfEditor
{
    /// <summary>
    /// Replaces the text of services. Comments between the lines of a service stay, before its new text.
    /// </summary>
    /// <param name="text">The file.</param>
    /// <param name="file">Its name, for faults.</param>
    /// <param name="matches">Which services are meant.</param>
    /// <param name="apply">Their new text (lines with ends, may be empty), given the service, its old text, and whether it is the first that is meant; null keeps the old.</param>
    /// <param name="missing">What is added at the end if none was meant.</param>
    /// <exception cref="IOException">A line is not a service: the file must be mended by hand first.</exception>
    public static string Edit(
        string text, string file, Predicate<ServiceEntry> matches, Func<ServiceEntry, string, bool, string?> apply, Func<string> missing)
    {
        var result = new StringBuilder(text.Length);
        var lines = CfLines.Split(text).ToList();
        var found = false;
        for (var i = 0; i < lines.Count;)
        {
            if (CfLines.IsRemark(lines[i]) || CfLines.IsContinuation(lines[i]))
            {
                result.Append(lines[i++]);
                continue;
            }
            var end = EndOfEntry(lines, i);
            var original = string.Concat(lines[i..end]);
            var service = Service(original, file, i + 1);
            if (matches(service))
            {
                var replacement = apply(service, original, !found);
                if (replacement is not null && !replacement.StartsWith('#')) result.AppendJoin("", lines[i..end].Where(CfLines.IsRemark));
                result.Append(replacement ?? original);
                found = true;
            }
            else result.Append(original);
            i = end;
        }
        if (!found) result.Append(missing());
        return result.ToString();
    }

    /// <summary>The lines of a service as comments.</summary>
    public static string CommentOut(string lines) => string.Concat(CfLines.Split(lines).Select(l => CfLines.IsRemark(l) ? l : $"#{l}"));

    /// <summary>The index after the last continuation line; remarks after it are not part of the entry.</summary>
    private static int EndOfEntry(List<string> lines, int start)
    {
        var end = start + 1;
        for (var i = end; i < lines.Count && (CfLines.IsRemark(lines[i]) || CfLines.IsContinuation(lines[i])); i++)
            if (CfLines.IsContinuation(lines[i])) end = i + 1;
        return end;
    }

    private static ServiceEntry Service(string lines, string file, int line)
    {
        var faults = new List<ConfigFault>();
        var entry = MasterCf.Parse(lines, file, faults).Services.SingleOrDefault();
        return entry ?? throw new IOException($"{file}, line {line}: {faults.FirstOrDefault()?.Message}");
    }
}
