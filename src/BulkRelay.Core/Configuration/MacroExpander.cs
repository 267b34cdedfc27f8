using System.Text;

namespace BulkRelay.Core.Configuration;

/// <summary>
/// Expands <c>$name</c>, <c>${name}</c>, <c>$(name)</c>, <c>${name?{x}:{y}}</c> and <c>${{a} == {b} ? {x} : {y}}</c> as postconf(5)
/// describes. A parameter whose value refers to itself is a fault, not an endless loop, and the result is bounded.
/// </summary>
/// <param name="lookup">The value of a parameter before expansion; null if it is not defined.</param>
/// <param name="areValuesFinal">True if values are taken as they are: a <c>$</c> in them means nothing. What a peer says must be.</param>
internal sealed class MacroExpander(Func<string, string?> lookup, bool areValuesFinal = false)
{
    /// <summary>No value of a parameter is longer than this when it is expanded (characters).</summary>
    public const int MaxLength = 1 << 20;

    private const int MaxDepth = 100;
    private const int MaxSteps = 100_000;

    private readonly StringBuilder _result = new();
    private readonly List<string> _expanding = [];
    private int _depth;
    private int _steps;

    /// <summary>The text with everything expanded; names that are not defined become nothing. Null and what is wrong on a bad expression.</summary>
    public string? Expand(string text, out string? fault)
    {
        fault = null;
        if (!text.Contains('$', StringComparison.Ordinal)) return text;
        try
        {
            _result.Clear();
            _expanding.Clear();
            _depth = _steps = 0;
            Append(text);
            return _result.ToString();
        }
        catch (MacroException e)
        {
            fault = e.Message;
            return null;
        }
    }

    private void Append(string text)
    {
        if (++_depth > MaxDepth) throw new MacroException($"unreasonable macro call nesting: more than {MaxDepth} levels of $name expressions");
        foreach (var part in MacroSyntax.Split(text))
        {
            if (++_steps > MaxSteps) throw new MacroException($"more than {MaxSteps} $name expressions are expanded for one value");
            if (part.IsExpression) AppendExpression(part.Text);
            else _result.Append(part.Text);
            if (_result.Length > MaxLength) throw new MacroException($"the value is longer than {MaxLength} characters when it is expanded");
        }
        _depth--;
    }

    private void AppendExpression(string text)
    {
        var expression = MacroSyntax.Parse(text);
        if (expression.IsPlain)
        {
            if (expression.Comparison is { } shown) _result.Append(Compare(shown) ? "true" : "");
            else if (lookup(expression.Name) is { Length: > 0 } value) Nested(expression.Name, value);
            return;
        }
        var condition = expression.Comparison is { } comparison ? Compare(comparison) : lookup(expression.Name) is { Length: > 0 };
        if ((condition ? expression.IfTrue : expression.IfFalse) is { } chosen) Append(chosen);
    }

    private void Nested(string name, string value)
    {
        if (areValuesFinal)
        {
            _result.Append(value);
            return;
        }
        if (_expanding.Contains(name))
        {
            var circle = string.Join(" -> $", _expanding.SkipWhile(n => n != name).Append(name));
            throw new MacroException($"unreasonable macro call nesting: \"{name}\": the value refers to itself: ${circle}");
        }
        _expanding.Add(name);
        Append(value);
        _expanding.RemoveAt(_expanding.Count - 1);
    }

    private bool Compare(MacroComparison comparison)
    {
        var left = Operand(comparison.Left);
        return comparison.Holds(left, Operand(comparison.Right));
    }

    /// <summary>Expands an operand beside the result, within the same limits and the same chain of names.</summary>
    private string Operand(string text)
    {
        var start = _result.Length;
        Append(text);
        var value = _result.ToString(start, _result.Length - start);
        _result.Length = start;
        return value;
    }
}
