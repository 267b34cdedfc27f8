namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>What the flags behind a pattern of a pcre table switch (pcre_table(5)).</summary>
[Flags]
internal enum PcreOptions
{
    None = 0,

    /// <summary><c>i</c>, on by default.</summary>
    Caseless = 1,

    /// <summary><c>m</c></summary>
    Multiline = 2,

    /// <summary><c>s</c>, on by default.</summary>
    DotAll = 4,

    /// <summary><c>x</c></summary>
    Extended = 8,

    /// <summary><c>A</c></summary>
    Anchored = 16,

    /// <summary><c>E</c></summary>
    DollarEndOnly = 32,

    /// <summary><c>U</c></summary>
    Ungreedy = 64,

    /// <summary><c>X</c>: escapes without a meaning are errors; they are in PCRE2, and here, with or without it.</summary>
    Extra = 128,
}
