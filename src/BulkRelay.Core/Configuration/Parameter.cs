namespace BulkRelay.Core.Configuration;

/// <summary>
/// One configuration parameter, declared once: <c>postconf -d</c>, validation, the reference page and the typed value
/// in a <see cref="ConfigSnapshot"/> all come from this declaration. Declare through a <see cref="ParameterGroup"/>.
/// </summary>
public abstract class Parameter
{
    private protected Parameter(string name, string defaultText, string unit, string range, string documentation, bool isOwn)
    {
        Name = name;
        DefaultText = defaultText;
        Unit = unit;
        Range = range;
        Documentation = documentation;
        IsOwn = isOwn;
    }

    /// <summary>The name in <c>main.cf</c>.</summary>
    public string Name { get; }

    /// <summary>The default before <c>$name</c> expansion, in the syntax of <c>main.cf</c>.</summary>
    public string DefaultText { get; }

    /// <summary>What a bare number counts (<c>seconds</c>, <c>bytes</c>, <c>sessions</c> …); empty where there is none.</summary>
    public string Unit { get; }

    /// <summary>The legal values in words, for the reference page and for the text of a fault; empty where anything goes.</summary>
    public string Range { get; }

    /// <summary>What it does, one or two sentences.</summary>
    public string Documentation { get; }

    /// <summary>True for a parameter that Postfix does not have.</summary>
    public bool IsOwn { get; }

    /// <summary>
    /// True if the value is the name of a file or a folder, or a list of them: what is read is the full path
    /// (<see cref="ConfigPath"/>).
    /// </summary>
    internal bool NamesFiles { get; init; }

    /// <summary>The word that may stand in place of a file; empty if there is none.</summary>
    internal string WordForNoFile { get; init; } = "";

    /// <summary>Position in <see cref="ParameterCatalog"/>; a snapshot keeps its values in this order.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>Parses an expanded value. Returns the typed value, or null and what is wrong with it.</summary>
    internal abstract object? ParseUntyped(string value, out string? fault);
}

/// <summary>A parameter whose value has type <typeparamref name="T"/>.</summary>
public sealed class Parameter<T> : Parameter where T : notnull
{
    private readonly ParameterParser<T> _parse;

    internal Parameter(string name, string defaultText, string unit, string range, string documentation, bool isOwn, ParameterParser<T> parse)
        : base(name, defaultText, unit, range, documentation, isOwn) => _parse = parse;

    internal override object? ParseUntyped(string value, out string? fault) => _parse(value, out fault);

    /// <summary>Reads a value that stands elsewhere than in a setting of this name; default and what is wrong if it cannot be read.</summary>
    internal T? Parse(string value, out string? fault) => _parse(value, out fault);
}

/// <summary>Parses an expanded parameter value; on failure returns null/default and sets <paramref name="fault"/> to what is wrong.</summary>
public delegate T? ParameterParser<T>(string value, out string? fault) where T : notnull;
