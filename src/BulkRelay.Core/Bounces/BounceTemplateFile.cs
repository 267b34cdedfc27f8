using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Bounces;

/// <summary>
/// The file of bounce(5): <c>failure_template = &lt;&lt;EOF</c>, header lines, an empty line, text, <c>EOF</c>. The text may be in any charset
/// that its header names; reports are sent in UTF-8.
/// </summary>
internal static class BounceTemplateFile
{
    /// <summary>No text of a report is longer than that.</summary>
    private const int MaxLength = 1 << 20;

    private const string Suffix = "_template";

    /// <summary>The templates of a file by their short names (<c>failure</c>). Those with a fault are left out.</summary>
    public static IReadOnlyDictionary<string, BounceTemplate> Read(string path, List<ConfigFault> faults)
    {
        var templates = new Dictionary<string, BounceTemplate>(StringComparer.Ordinal);
        try
        {
            // Latin-1 keeps the octets: what they mean is known when the template's charset is.
            if (new FileInfo(path).Length <= MaxLength) Parse(path, File.ReadAllLines(path, Encoding.Latin1), templates, faults);
            else faults.Add(Fault(path, 0, "the file is too long"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(Fault("", 0, $"{path}: {e.Message}"));
        }
        return templates;
    }

    /// <summary>One template as the file has it.</summary>
    public static string Format(string name, BounceTemplate template) =>
        $"{name}{Suffix} = <<EOF\n"
        + $"Charset: {(Ascii.IsValid(template.Text) ? "us-ascii" : "utf-8")}\nFrom: {template.From}\nSubject: {template.Subject}\n"
        + (template.PostmasterSubject.Length > 0 ? $"Postmaster-Subject: {template.PostmasterSubject}\n" : "")
        + $"\n{template.Text}EOF\n";

    private static void Parse(string path, string[] lines, Dictionary<string, BounceTemplate> templates, List<ConfigFault> faults)
    {
        for (var at = 0; at < lines.Length; at++)
        {
            if (lines[at].AsSpan().Trim().IsEmpty || lines[at].StartsWith('#')) continue;
            var first = at;
            var parts = lines[at].Split("= <<", 2, StringSplitOptions.TrimEntries);
            if (parts.Length < 2 || parts[1].Length == 0)
            {
                faults.Add(Fault(path, first + 1, "a template begins with name_template = <<EOF"));
                return;
            }
            var end = Array.FindIndex(lines, at + 1, line => line.Trim() == parts[1]);
            if (end < 0)
            {
                faults.Add(Fault(path, first + 1, $"there is no line \"{parts[1]}\" to end the template"));
                return;
            }
            at = end;
            var name = parts[0].EndsWith(Suffix, StringComparison.Ordinal) ? parts[0][..^Suffix.Length] : "";
            if (!BuiltInTemplates.ByName.TryGetValue(name, out var builtIn))
                faults.Add(Fault(path, first + 1, $"there is no template {parts[0]}: use {string.Join(", ", BuiltInTemplates.ByName.Keys.Select(n => n + Suffix))}"));
            else if (ParseTemplate(lines.AsSpan(first + 1, end - first - 1), builtIn, out var fault) is { } template) templates[name] = template;
            else faults.Add(Fault(path, first + 1, $"{parts[0]}: {fault}; the built-in template is used"));
        }
    }

    private static BounceTemplate? ParseTemplate(ReadOnlySpan<string> lines, BounceTemplate builtIn, out string? fault)
    {
        var (template, charset, at) = (builtIn, "us-ascii", 0);
        for (fault = null; at < lines.Length && IsHeader(lines[at]); at++)
        {
            var line = lines[at];
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (label, value) = (line[..colon].ToLowerInvariant(), line[(colon + 1)..].Trim());
            if (!Ascii.IsValid(line) || value.AsSpan().ContainsAnyExceptInRange(' ', '~')) fault = $"the header {label} is not ASCII";
            else if (label == "charset") charset = value;
            else if (label == "from") template = template with { From = value };
            else if (label == "subject") template = template with { Subject = value };
            else if (label == "postmaster-subject") template = template with { PostmasterSubject = value };
            else fault = $"there is no header {label}";
            if (fault is not null) return null;
        }
        if (at < lines.Length && lines[at].Length == 0) at++;
        var text = Decode(string.Concat(lines[at..].ToArray().Select(line => line + "\n")), charset, out fault);
        return text is null ? null : template with { Text = text };
    }

    private static bool IsHeader(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && !line.AsSpan(0, colon).ContainsAny(' ', '\t');
    }

    private static string? Decode(string octets, string charset, out string? fault)
    {
        fault = null;
        try
        {
            var encoding = CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset);
            var strict = Encoding.GetEncoding(encoding.CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            return strict.GetString(Encoding.Latin1.GetBytes(octets));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            fault = $"the text is not in the charset {charset}";
            return null;
        }
    }

    private static ConfigFault Fault(string file, int line, string message) =>
        new(FaultSeverity.Warning, file, line, BounceParameters.BounceTemplateFile.Name, message);
}
