namespace BulkRelay.Core.Configuration;

/// <summary>Why a parameter that Postfix has changes nothing here.</summary>
public static class WithoutEffect
{
    private const string Mailboxes = "BulkRelay sends mail on, it delivers to no mailboxes";
    private const string Processes = "BulkRelay is one process: there are no helper processes to set up";

    private static readonly (string Prefix, string Reason)[] Families =
    [
        ("alias_", Mailboxes), ("allow_mail_to_", Mailboxes), ("forward_", Mailboxes), ("home_mailbox", Mailboxes), ("local_", Mailboxes),
        ("mailbox_", Mailboxes), ("mail_spool_", Mailboxes), ("virtual_mailbox_", Mailboxes), ("virtual_uid_", Mailboxes), ("virtual_gid_", Mailboxes),
        ("anvil_", Processes), ("daemon_", Processes), ("data_directory", Processes), ("ipc_", Processes), ("max_idle", Processes), ("max_use", Processes),
        ("master_service_", Processes), ("mail_owner", Processes), ("setgid_group", Processes), ("proxymap_", Processes), ("qmgr_", Processes),
        ("command_directory", "commands are parts of the program bulkrelay"), ("newaliases_path", "commands are parts of the program bulkrelay"),
        ("sendmail_path", "commands are parts of the program bulkrelay"), ("mailq_path", "commands are parts of the program bulkrelay"),
        ("html_directory", "it only tells where Postfix's pages are"), ("manpage_directory", "it only tells where Postfix's pages are"),
        ("readme_directory", "it only tells where Postfix's pages are"), ("sample_directory", "it only tells where Postfix's pages are"),
        ("import_environment", "the environment is not passed on to other programs"), ("export_environment", "the environment is not passed on to other programs"),
    ];

    /// <summary>The reason, for a parameter of Postfix that is not in <see cref="ParameterCatalog"/>.</summary>
    public static string Reason(string name) =>
        Families.FirstOrDefault(f => name.StartsWith(f.Prefix, StringComparison.Ordinal)).Reason ?? "BulkRelay does not have what it sets";
}
