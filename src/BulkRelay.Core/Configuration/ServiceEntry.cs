namespace BulkRelay.Core.Configuration;

/// <summary>One service of <c>master.cf</c>.</summary>
public sealed record ServiceEntry
{
    /// <summary>Number of columns before the arguments: name, type, private, unprivileged, chroot, wake-up time, process limit, command.</summary>
    public const int ColumnCount = 8;

    /// <summary>The names of the columns, as <c>postconf -F</c> prints them.</summary>
    public static readonly IReadOnlyList<string> ColumnNames =
        ["service", "type", "private", "unprivileged", "chroot", "wakeup", "process_limit", "command"];

    /// <summary>The eight columns as written.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>
    /// What follows the command, one item a word, in Postfix's normal form: <c>-oname=value</c> and <c>-o { name = value }</c> are
    /// <c>-o</c> and <c>name=value</c>, braces around other arguments are gone.
    /// </summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>How the service is reached.</summary>
    public required ServiceType Type { get; init; }

    /// <summary>
    /// The most processes: of a transport the most deliveries at once, of a listener the most sessions. 0 is unlimited; null (<c>-</c>) is
    /// <c>default_process_limit</c>.
    /// </summary>
    public required int? ProcessLimit { get; init; }

    /// <summary>The <c>-o name=value</c> settings, in the order of the line; the last one of a name holds.</summary>
    public required IReadOnlyList<Setting> Overrides { get; init; }

    /// <summary>The file it stands in.</summary>
    public required string File { get; init; }

    /// <summary>The line on which it begins, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The first column: of a transport its name, of an inet service <c>port</c> or <c>host:port</c>.</summary>
    public string Name => Columns[0];

    /// <summary>The program: <c>smtpd</c>, <c>smtp</c>, <c>error</c> …</summary>
    public string Command => Columns[7];

    /// <summary>The second column as written: <c>inet</c>, <c>unix</c> …</summary>
    public string TypeName => Columns[1];

    /// <summary>Name and type, which together are unique.</summary>
    public string Key => $"{Name}/{TypeName}";
}
