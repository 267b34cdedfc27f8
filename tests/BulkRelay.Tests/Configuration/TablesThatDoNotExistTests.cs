using BulkRelay.Core.Configuration;
using BulkRelay.Server.Applets;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Configuration;

/// <summary>
/// Every parameter that may name a table is looked at: the file of the table is not there, and that is told with the line of the parameter.
/// The name of the file is relative, and counts from the folder of the configuration.
/// A parameter that is declared later is found out to name tables, or is added to those that do not.
/// </summary>
public sealed class TablesThatDoNotExistTests : IDisposable
{
    /// <summary>Texts that are no tables.</summary>
    private static readonly HashSet<string> Others = new(StringComparer.Ordinal)
    {
        "2bounce_notice_recipient", "bounce_notice_recipient", "compatibility_level", "cyrus_sasl_config_path", "default_rbl_reply",
        "default_verp_delimiters", "delay_notice_recipient", "double_bounce_sender", "empty_address_default_transport_maps_lookup_key",
        "empty_address_relayhost_maps_lookup_key", "error_notice_recipient", "fallback_relay", "flow_priority_header", "inet_interfaces",
        "mail_name", "mail_version", "message_reject_characters", "message_strip_characters", "mydomain", "myhostname", "myorigin", "recipient_delimiter", "relayhost", "smtp_helo_name", "stress",
        "smtpd_banner", "smtpd_expansion_filter", "smtpd_null_access_lookup_key", "smtpd_policy_service_default_action",
        "smtpd_policy_service_policy_context", "smtpd_reject_footer", "smtpd_sasl_local_domain", "smtpd_sasl_service", "smtpd_sasl_type",
        "syslog_name", "verp_delimiter_filter",
    };

    private static readonly string[] OtherEndings =
        ["_transport", "_ciphers", "_cipherlist", "_protocols", "_digest", "_grade", "_security_level", "_servername", "_sasl_auth_cache_name"];

    /// <summary>Read by a command, made by the program itself, or the type alone.</summary>
    private static readonly HashSet<string> NotOfTheRelay =
        new(StringComparer.Ordinal) { "alias_database", "smtp_tls_session_cache_database", "lmtp_tls_session_cache_database", "default_database_type" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Parameters => [.. ParameterCatalog.All.OfType<Parameter<string>>()
        .Where(p => !p.NamesFiles && p.Range.Length == 0 && !Others.Contains(p.Name) && !NotOfTheRelay.Contains(p.Name)
            && !OtherEndings.Any(e => p.Name.EndsWith(e, StringComparison.Ordinal))).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Parameters))]
    public void Is_told_with_file_and_line(string name)
    {
        var table = name.EndsWith("data_restrictions", StringComparison.Ordinal) ? "check_sender_access hash:nowhere/table" : "hash:nowhere/table";
        File.WriteAllText(_folder.File("main.cf"), $"{name} = {table}\n" + string.Concat(new[]
        {
            "mydestination = here.test", "smtpd_sasl_auth_enable = yes", "smtpd_sasl_type = table", "smtpd_sasl_path = inline:{a=b}", "smtpd_tls_security_level = may",
            "smtp_sasl_auth_enable = yes", "smtp_sasl_password_maps = inline:{a=b:c}", "smtp_tls_security_level = may", "lmtp_sasl_auth_enable = yes",
            "lmtp_sasl_password_maps = inline:{a=b:c}",
        }.Where(l => l.Split(' ')[0] != name).Select(l => $"{l}\n")));
        File.WriteAllText(_folder.File("master.cf"), "2525 inet n - n - - smtpd\nsmtp unix - - n - - smtp\n");

        ConfigFolder.FindFaults(_folder.Path, ConfigOverrides.None).Where(f => f.Message.Contains(_folder.File("nowhere/table"), StringComparison.Ordinal))
            .Select(f => $"{Path.GetFileName(f.File)}:{f.Line} {f.Parameter}").Distinct().ShouldBe([$"main.cf:1 {name}"]);
    }
}
