namespace BulkRelay.Core.Configuration;

/// <summary>
/// A comparison inside <c>${…}</c>: <c>{a} == {b}</c>. Numbers are compared as numbers, anything else as text; the operators with
/// <c>level</c> at their end (<c>&lt;=level</c>) compare compatibility levels part by part (<c>3.9</c> is less than <c>3.10</c>).
/// </summary>
/// <param name="Left">The left operand before expansion.</param>
/// <param name="Operator">One of <c>== != &lt; &lt;= &gt;= &gt;</c>.</param>
/// <param name="IsLevel">Whether levels are compared.</param>
/// <param name="Right">The right operand before expansion.</param>
internal sealed record MacroComparison(string Left, string Operator, bool IsLevel, string Right)
{
    public static readonly string[] Operators = ["==", "!=", "<", "<=", ">=", ">"];

    /// <summary>Compares the expanded operands.</summary>
    public bool Holds(string left, string right)
    {
        var order = IsLevel ? Level(left).CompareTo(Level(right))
            : IsNumber(left) && IsNumber(right) ? CompareNumbers(left, right)
            : string.CompareOrdinal(left, right);
        return Operator switch
        {
            "==" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">=" => order >= 0,
            _ => order > 0,
        };
    }

    private static bool IsNumber(string text) => text.Length > 0 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;

    private static int CompareNumbers(string left, string right)
    {
        var (a, b) = (left.TrimStart('0'), right.TrimStart('0'));
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b);
    }

    /// <summary>True for a compatibility level: <c>2</c>, <c>3.6</c>, <c>3.6.1</c>.</summary>
    public static bool IsLevelText(string text) => TryLevel(text, out _);

    private static (int Major, int Minor, int Patch) Level(string text) =>
        TryLevel(text, out var level) ? level : throw new MacroException($"malformed compatibility level syntax: '{text}'");

    private static bool TryLevel(string text, out (int Major, int Minor, int Patch) level)
    {
        level = default;
        var parts = text.Split('.');
        Span<int> numbers = [0, 0, 0];
        if (parts.Length > numbers.Length) return false;
        for (var i = 0; i < parts.Length; i++)
            if (!IsNumber(parts[i]) || !int.TryParse(parts[i], out numbers[i])) return false;
        level = (numbers[0], numbers[1], numbers[2]);
        return true;
    }
}
