namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>The rules of a table of patterns in order, with <c>if</c> and <c>endif</c>. Built by one thread, then only read.</summary>
internal sealed class PatternRules<TPattern, TResult>(TableText text) where TPattern : class where TResult : class
{
    /// <summary>The most rules in one table.</summary>
    private const int MaxRules = 200_000;

    private readonly List<PatternRule<TPattern, TResult>> _rules = [];
    private readonly Stack<PatternRule<TPattern, TResult>> _open = new();

    /// <summary>How many rules there are, <c>if</c> included.</summary>
    public int Count => _rules.Count;

    /// <summary>All rules in order.</summary>
    public IReadOnlyList<PatternRule<TPattern, TResult>> All => _rules;

    /// <summary>The rule at a position.</summary>
    public PatternRule<TPattern, TResult> this[int index] => _rules[index];

    /// <summary>Adds a rule; one without a result begins an <c>if</c>.</summary>
    public void Add(PatternRule<TPattern, TResult> rule)
    {
        if (_rules.Count == MaxRules) text.Skip(rule.Line, $"more than {MaxRules} rules");
        if (_rules.Count >= MaxRules) return;
        _rules.Add(rule);
        if (rule.Result is null) _open.Push(rule);
    }

    /// <summary>Ends the innermost <c>if</c>.</summary>
    public void EndIf(int line)
    {
        if (_open.TryPop(out var rule)) rule.AfterEndif = _rules.Count;
        else text.Skip(line, "ENDIF without matching IF");
    }

    /// <summary>Ends the table: an <c>if</c> that was left open reaches to its end.</summary>
    public void Complete()
    {
        foreach (var rule in _open)
        {
            rule.AfterEndif = _rules.Count;
            text.Warn(rule.Line, "IF has no matching ENDIF");
        }
        _open.Clear();
    }

    /// <summary>Where to go on after a rule: null if it decides.</summary>
    public static int? Next(int index, PatternRule<TPattern, TResult> rule, bool isMatch)
    {
        if (rule.Result is not null) return isMatch ? null : index + 1;
        return isMatch ? index + 1 : rule.AfterEndif;
    }
}
