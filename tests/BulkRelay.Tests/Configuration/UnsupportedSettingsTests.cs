using BulkRelay.Core.Configuration;

namespace BulkRelay.Tests.Configuration;

public class UnsupportedSettingsTests
{
    private static IReadOnlyList<ConfigFault> Faults(string mainCf, string masterCf = "") =>
        [.. UnsupportedSettings.Faults(ConfigLoader.Parse(mainCf, masterCf, "/etc/bulkrelay", ConfigOverrides.None).Draft)];

    [Fact]
    public void Every_parameter_of_postfix_is_either_acted_on_or_in_the_table() =>
        PostfixParameters.Defaults.Keys.Where(n => ParameterCatalog.Find(n) is null && UnsupportedParameters.Find(n) is null).ShouldBeEmpty(
            "Declare it in Configuration/Parameters, or say in UnsupportedParameters.cs what happens instead.");

    [Fact]
    public void A_parameter_that_is_acted_on_is_not_in_the_table() =>
        UnsupportedParameters.Names.Concat(HarmlessParameters.Names).Where(n => ParameterCatalog.Find(n) is not null).ShouldBeEmpty(
            "Take the name out of UnsupportedParameters.cs or HarmlessParameters.cs.");

    [Fact]
    public void No_parameter_stands_in_the_table_twice() =>
        UnsupportedParameters.Names.Intersect(HarmlessParameters.Names).ShouldBeEmpty();

    [Theory]
    [InlineData("smtpd_milters = inet:localhost:11332")]
    [InlineData("non_smtpd_milters = inet:localhost:11332")]
    [InlineData("content_filter = smtp-amavis:[127.0.0.1]:10024")]
    [InlineData("smtpd_proxy_filter = 127.0.0.1:10025")]
    [InlineData("header_checks = regexp:/etc/postfix/header_checks")]
    [InlineData("body_checks = pcre:/etc/postfix/body_checks")]
    [InlineData("mime_header_checks = pcre:/etc/postfix/mime")]
    [InlineData("nested_header_checks = pcre:/etc/postfix/nested")]
    [InlineData("smtp_header_checks = pcre:/etc/postfix/out")]
    [InlineData("virtual_alias_maps = hash:/etc/postfix/virtual")]
    [InlineData("virtual_maps = hash:/etc/postfix/virtual")]
    [InlineData("virtual_alias_domains = example.com")]
    [InlineData("virtual_mailbox_domains = example.com")]
    [InlineData("virtual_transport = lmtp:unix:private/dovecot-lmtp")]
    [InlineData("mailbox_transport = lmtp:unix:private/dovecot-lmtp")]
    [InlineData("always_bcc = archive@example.com")]
    [InlineData("sender_bcc_maps = hash:/etc/postfix/bcc")]
    [InlineData("recipient_bcc_maps = hash:/etc/postfix/bcc")]
    [InlineData("canonical_maps = hash:/etc/postfix/canonical")]
    [InlineData("recipient_canonical_maps = hash:/etc/postfix/canonical")]
    [InlineData("smtp_generic_maps = hash:/etc/postfix/generic")]
    [InlineData("masquerade_domains = example.com")]
    [InlineData("relocated_maps = hash:/etc/postfix/relocated")]
    [InlineData("smtp_dns_reply_filter = pcre:/etc/postfix/dns")]
    [InlineData("local_login_sender_maps = hash:/etc/postfix/senders")]
    [InlineData("strict_mime_encoding_domain = yes")]
    public void What_protects_or_routes_is_an_error(string setting)
    {
        var fault = Faults($"\n{setting}\n").ShouldHaveSingleItem();

        fault.ToString().ShouldStartWith($"main.cf:2: error: {setting}: not supported: ");
        fault.Message.ShouldEndWith("; remove it, or set unsupported_settings = ignore");
        Faults($"\n{setting}\nunsupported_settings = ignore\n").ShouldHaveSingleItem().Severity.ShouldBe(FaultSeverity.Warning);
    }

    [Theory]
    [InlineData("alias_maps = hash:/etc/aliases")]
    [InlineData("mailbox_command = /usr/bin/procmail -a \"$EXTENSION\"")]
    [InlineData("home_mailbox = Maildir/")]
    [InlineData("receive_override_options = no_unknown_recipient_checks, no_milters")]
    [InlineData("append_dot_mydomain = yes")]
    [InlineData("smtp_delivery_status_filter = pcre:/etc/postfix/dsn")]
    [InlineData("default_delivery_status_filter = pcre:/etc/postfix/dsn")]
    [InlineData("smtp_reply_filter = pcre:/etc/postfix/replies")]
    [InlineData("postscreen_dnsbl_sites = zen.example.net")]
    public void What_changes_what_users_see_is_a_warning(string setting) =>
        Faults($"\n{setting}\n").ShouldHaveSingleItem().ToString().ShouldStartWith($"main.cf:2: warning: {setting}: not supported: ");

    [Theory]
    [InlineData("biff = no")]
    [InlineData("mailbox_size_limit = 0")]
    [InlineData("milter_default_action = accept")]
    [InlineData("address_verify_map = btree:$data_directory/verify_cache")]
    [InlineData("smtpd_tls_dh1024_param_file = dh.pem")]
    [InlineData("content_filter =")]
    [InlineData("strict_8bitmime = no")]
    [InlineData("append_dot_mydomain = no")]
    [InlineData("receive_override_options = no_address_mappings")]
    [InlineData("virtual_transport = virtual")]
    [InlineData("alias_maps =")]
    [InlineData("slow_recipient_limit = 20")]
    public void What_nobody_misses_is_no_fault(string setting) => Faults(setting + "\n").ShouldBeEmpty();

    [Fact]
    public void Defaults_and_what_is_empty_are_no_faults()
    {
        var names = PostfixParameters.Defaults.Where(d => ParameterCatalog.Find(d.Key) is null && !PostfixParameters.ReadOnly.Contains(d.Key)).ToList();

        Faults(string.Concat(names.Select(d => $"{d.Key} = {d.Value}\n"))).ShouldBeEmpty();
        Faults(string.Concat(names.Select(d => $"{d.Key} =\n"))).ShouldBeEmpty();
    }

    [Fact]
    public void An_option_in_master_cf_counts_and_may_be_ignored_by_itself()
    {
        const string master = "25 inet n - n - - smtpd\n  -o smtpd_milters=inet:localhost:8891\n10025 inet n - n - - smtpd\n  -o content_filter=\n"
            + "  -o unsupported_settings=ignore -o always_bcc=a@example.com\nsubcleanup unix n - n - 0 cleanup\n  -o header_checks=regexp:h\n";

        Faults("", master).Select(f => f.ToString()[..40]).ShouldBe(
        [
            "master.cf:1: error: smtpd_milters = inet",
            "master.cf:3: warning: always_bcc = a@exa",
            "master.cf:6: error: header_checks = rege",
        ]);
    }
}
