using System.Collections.Frozen;

namespace BulkRelay.Core.Configuration;

/// <summary>All of Postfix's parameters with its own defaults, from the list <c>postfix-parameters.txt</c>. Read when first asked for.</summary>
public static class PostfixParameters
{
    private static readonly Lazy<FrozenDictionary<string, string>> Table = new(Read);

    /// <summary>
    /// Parameters whose value is kept as it is: what looks like <c>$name</c> in them is filled in per message or per client, not from the
    /// configuration.
    /// </summary>
    public static readonly FrozenSet<string> Raw = FrozenSet.Create(StringComparer.Ordinal,
        "command_execution_directory", "default_rbl_reply", "forward_path", "luser_relay", "mailbox_command", "postscreen_expansion_filter",
        "postscreen_reject_footer", "smtpd_expansion_filter", "smtpd_reject_footer");

    /// <summary>Parameters that cannot be set.</summary>
    public static readonly FrozenSet<string> ReadOnly = FrozenSet.Create(StringComparer.Ordinal, "process_id", "process_name", "service_name");

    /// <summary>Postfix's default by name, before <c>$name</c> expansion.</summary>
    public static IReadOnlyDictionary<string, string> Defaults => Table.Value;

    /// <summary>Those of <see cref="Defaults"/> that belong to one transport: <c>local_destination_recipient_limit</c>.</summary>
    internal static readonly IReadOnlyList<KeyValuePair<string, string>> TransportDefaults =
        [new("local_destination_concurrency_limit", "2"), new("local_destination_recipient_limit", "1")];

    private static FrozenDictionary<string, string> Read()
    {
        using var stream = typeof(PostfixParameters).Assembly.GetManifestResourceStream("postfix-parameters.txt")!;
        using var reader = new StreamReader(stream);
        var table = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            table.Add(line[..equals].TrimEnd(), line[(equals + 1)..].TrimStart());
        }
        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
