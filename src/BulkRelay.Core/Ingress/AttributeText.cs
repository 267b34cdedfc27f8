using System.Text;
using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// A text with <c>$name</c>, <c>${name}</c>, <c>${name?text}</c> and <c>${name:text}</c>, in which what clients say is put. Unlike in the
/// configuration, a value is never expanded itself, and characters that are not allowed in it come out as <c>_</c>.
/// </summary>
internal sealed class AttributeText
{
    private const int MaxDepth = 20;

    private readonly string _template;

    private AttributeText(string template) => _template = template;

    /// <summary>Takes a text. Null and what is wrong if it cannot be expanded.</summary>
    public static AttributeText? TryCreate(string template, out string? fault)
    {
        var text = new AttributeText(template);
        try
        {
            text.Expand(_ => "x", "x");
            fault = null;
            return text;
        }
        catch (MacroException e)
        {
            fault = e.Message;
            return null;
        }
    }

    /// <summary>The text with the values of now.</summary>
    /// <param name="find">The value of an attribute, or null.</param>
    /// <param name="allowed">The characters that a value may have (<c>smtpd_expansion_filter</c>).</param>
    public string Expand(Func<string, string?> find, string allowed)
    {
        var result = new StringBuilder();
        Append(result, _template, name => Censor(find(name) ?? "", allowed), 0);
        return result.ToString();
    }

    private static void Append(StringBuilder result, string template, Func<string, string> find, int depth)
    {
        if (depth > MaxDepth) throw new MacroException($"'{template}': nested too deeply");
        foreach (var part in MacroSyntax.Split(template))
        {
            if (!part.IsExpression)
            {
                result.Append(part.Text);
                continue;
            }
            var expression = MacroSyntax.Parse(part.Text);
            if (expression.Comparison is not null) throw new MacroException($"'{part.Text}': a comparison is not possible here");
            var value = find(expression.Name);
            if (expression.IsPlain) result.Append(value);
            else if ((value.Length > 0 ? expression.IfTrue : expression.IfFalse) is { } chosen) Append(result, chosen, find, depth + 1);
        }
    }

    private static string Censor(string value, string allowed) => !value.AsSpan().ContainsAnyExcept(allowed) ? value
        : string.Concat(value.Select(c => allowed.Contains(c, StringComparison.Ordinal) ? c : '_'));
}
