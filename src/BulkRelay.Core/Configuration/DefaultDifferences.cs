using System.Collections.Frozen;

namespace BulkRelay.Core.Configuration;

/// <summary>Where a default is not Postfix's (at compatibility level 3.6), and why. Everything else is the same, which tests hold.</summary>
public static class DefaultDifferences
{
    /// <summary>Parameters with another default than Postfix, each with its reason.</summary>
    public static readonly FrozenDictionary<string, string> Intended = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["compatibility_level"] = "Postfix's own default is 0, for configurations from before there were levels; a new relay starts with today's defaults.",
        ["mail_name"] = "The program is another one.",
        ["mail_version"] = "The version of Postfix whose configuration language is read.",
        ["queue_directory"] = "The queue is a database, not Postfix's folders: the two must not share a place.",
        ["smtpd_forbid_bare_newline"] = "As in Postfix 3.9: a line end that is not CR LF must not end a message (SMTP smuggling).",
        ["smtpd_forbid_unauth_pipelining"] = "As in Postfix 3.9: clients that talk before it is their turn are cut off.",
        ["smtpd_relay_restrictions"] = "Who may not relay is told so for good (554), not asked to try again: nobody watches a deferred stranger.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Defaults that depend on the machine, the process or the way Postfix was built.</summary>
    public static readonly FrozenSet<string> OfTheMachine = FrozenSet.Create(StringComparer.Ordinal,
        "config_directory", "mail_release_date", "mydomain", "myhostname", "mynetworks", "process_id", "process_name", "service_name");
}
