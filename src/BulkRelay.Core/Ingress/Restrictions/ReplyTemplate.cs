using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// A text of the operator with <c>$name</c> expressions that say something about the request. What a client or a list said is put in as it
/// is: a <c>$</c> in it means nothing, and characters that <c>smtpd_expansion_filter</c> does not allow become <c>_</c>.
/// </summary>
internal sealed class ReplyTemplate
{
    private readonly string _text;
    private readonly string _allowed;

    private ReplyTemplate(string text, string allowed)
    {
        _text = text;
        _allowed = allowed;
    }

    /// <summary>Reads a text. Null if it is malformed or names what there is not; the fault then says what.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isKnown">Whether there is an attribute of that name.</param>
    /// <param name="allowed">The characters that a value may have.</param>
    /// <param name="fault">What is wrong; empty if nothing is.</param>
    public static ReplyTemplate? Parse(string text, Func<string, bool> isKnown, string allowed, out string fault)
    {
        var unknown = "";
        MacroSyntax.VisitNames(text, name => unknown = isKnown(name) ? unknown : name);
        _ = new MacroExpander(_ => "", areValuesFinal: true).Expand(text, out var syntax);
        fault = syntax ?? (unknown.Length > 0 ? $"there is no ${unknown} here: remove it, or write $$ for a dollar sign" : "");
        return fault.Length == 0 ? new ReplyTemplate(text, allowed) : null;
    }

    /// <summary>The text with the values of attributes in it.</summary>
    public string Expand(Func<string, string?> find) =>
        new MacroExpander(name => Filter(find(name)), areValuesFinal: true).Expand(_text, out _) ?? "";

    private string? Filter(string? value) => value is null || !value.AsSpan().ContainsAnyExcept(_allowed) ? value
        : string.Create(value.Length, (value, _allowed), static (clean, source) =>
        {
            for (var i = 0; i < clean.Length; i++)
                clean[i] = source._allowed.Contains(source.value[i], StringComparison.Ordinal) ? source.value[i] : '_';
        });
}
