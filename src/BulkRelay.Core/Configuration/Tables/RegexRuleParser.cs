using BulkRelay.Core.Configuration.Tables.Patterns;

namespace BulkRelay.Core.Configuration.Tables;

/// <summary>Reads the rules of a table of regular expressions; the two kinds differ in flags and in the syntax of a pattern.</summary>
internal sealed class RegexRuleParser
{
    /// <summary><c>regexp</c>: POSIX expressions, regexp_table(5).</summary>
    public static readonly RegexRuleParser Posix = new("imx", "ix", (pattern, flags) =>
        PosixTranslator.Compile(pattern, flags.Contains('x'), flags.Contains('i'), flags.Contains('m')));

    /// <summary><c>pcre</c>: Perl-compatible expressions, pcre_table(5).</summary>
    public static readonly RegexRuleParser Pcre = new("imsxAEUX", "is", (pattern, flags) => PcreTranslator.Compile(pattern, ToOptions(flags)));

    private readonly string _flags;
    private readonly string _defaults;
    private readonly Func<string, HashSet<char>, BoundedRegex> _compile;

    private RegexRuleParser(string flags, string defaults, Func<string, HashSet<char>, BoundedRegex> compile)
    {
        _flags = flags;
        _defaults = defaults;
        _compile = compile;
    }

    /// <summary>The rules of a text. A rule that makes no sense is left out and recorded.</summary>
    public PatternRules<BoundedRegex, ResultTemplate> Parse(TableText text)
    {
        var rules = new PatternRules<BoundedRegex, ResultTemplate>(text);
        foreach (var line in text.Lines())
        {
            var keyword = RuleKeywords.Split(line.Text, out var rest);
            try
            {
                if (keyword == RuleKeyword.EndIf) EndIf(rules, text, line.Number, rest);
                else if (keyword == RuleKeyword.If) rules.Add(ReadIf(text, line.Number, rest));
                else if (char.IsAsciiLetterOrDigit(rest[0])) throw new PatternException("unrecognized request");
                else rules.Add(ReadRule(text, line.Number, rest));
            }
            catch (PatternException e)
            {
                text.Skip(line.Number, e.Message);
                // What a broken "if" guards must not come into force for everyone.
                if (keyword == RuleKeyword.If) rules.Add(new PatternRule<BoundedRegex, ResultTemplate>(line.Number, null, false, null));
            }
        }
        rules.Complete();
        return rules;
    }

    private static void EndIf(PatternRules<BoundedRegex, ResultTemplate> rules, TableText text, int line, string rest)
    {
        if (rest.Length > 0) text.Warn(line, $"ignoring extra text after ENDIF: \"{rest}\"");
        rules.EndIf(line);
    }

    private PatternRule<BoundedRegex, ResultTemplate> ReadIf(TableText text, int line, string rest)
    {
        var isNegated = RuleKeywords.TakeNegation(ref rest);
        var pattern = TakePattern(ref rest);
        if (rest.Length > 0) text.Warn(line, $"ignoring extra text after IF statement: \"{rest}\"");
        return new PatternRule<BoundedRegex, ResultTemplate>(line, pattern, isNegated, null);
    }

    private PatternRule<BoundedRegex, ResultTemplate> ReadRule(TableText text, int line, string rest)
    {
        var isNegated = RuleKeywords.TakeNegation(ref rest);
        var pattern = TakePattern(ref rest);
        if (rest.Length == 0) text.Warn(line, "no replacement text: using empty string");
        var result = ResultTemplate.Parse(rest);
        if (isNegated && result.HasGroups) throw new PatternException("$number found in negative match replacement text");
        if (result.MaxGroup > pattern.GroupCount)
            throw new PatternException($"out of range replacement index \"{result.MaxGroup}\"");
        return new PatternRule<BoundedRegex, ResultTemplate>(line, pattern, isNegated, result);
    }

    /// <summary>Takes <c>/pattern/flags</c> and the blanks behind it from the start of a text.</summary>
    private BoundedRegex TakePattern(ref string text)
    {
        if (text.Length == 0) throw new PatternException("no regexp");
        var delimiter = text[0];
        if (char.IsAsciiLetterOrDigit(delimiter) || delimiter == '\\') throw new PatternException($"'{delimiter}' cannot delimit a regexp");
        var end = 1;
        while (end < text.Length && text[end] != delimiter) end += text[end] == '\\' ? 2 : 1;
        if (end >= text.Length) throw new PatternException($"no closing regexp delimiter \"{delimiter}\"");
        var pattern = text[1..end];
        var flags = new HashSet<char>(_defaults);
        for (end++; end < text.Length && !char.IsWhiteSpace(text[end]); end++)
        {
            if (!_flags.Contains(text[end], StringComparison.Ordinal)) throw new PatternException($"unknown regexp option \"{text[end]}\"");
            if (!flags.Remove(text[end])) flags.Add(text[end]);
        }
        text = text[end..].Trim();
        return _compile(pattern, flags);
    }

    private static PcreOptions ToOptions(HashSet<char> flags)
    {
        var options = PcreOptions.None;
        foreach (var flag in flags)
        {
            options |= flag switch
            {
                'i' => PcreOptions.Caseless,
                'm' => PcreOptions.Multiline,
                's' => PcreOptions.DotAll,
                'x' => PcreOptions.Extended,
                'A' => PcreOptions.Anchored,
                'E' => PcreOptions.DollarEndOnly,
                'U' => PcreOptions.Ungreedy,
                _ => PcreOptions.Extra,
            };
        }
        return options;
    }
}
