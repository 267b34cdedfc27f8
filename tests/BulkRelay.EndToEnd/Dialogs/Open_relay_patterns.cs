using System.Net;
using System.Text;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.EndToEnd.Dialogs;

/// <summary>
/// The ways in which relays were tricked into sending for strangers, tried from outside against every configuration of the how-to pages
/// that says who may send. The first sixteen are those of nmap's smtp-open-relay.
/// </summary>
public sealed class Open_relay_patterns
{
    private const string Ours = "us.test";
    private const string Elsewhere = "ext.test";

    private static readonly (string Sender, string Recipient)[] Patterns =
    [
        ("", $"u@{Elsewhere}"),
        ($"u@{Elsewhere}", $"u@{Elsewhere}"),
        ($"u@{Ours}", $"u@{Elsewhere}"),
        ("u@[127.0.0.1]", $"u@{Elsewhere}"),
        ($"u@{Ours}", $"u%{Elsewhere}@[127.0.0.1]"),
        ($"u@{Ours}", $"u%{Elsewhere}@{Ours}"),
        ($"u@{Ours}", $"\"u@{Elsewhere}\""),
        ($"u@{Ours}", $"\"u%{Elsewhere}\""),
        ($"u@{Ours}", $"u@{Elsewhere}@[127.0.0.1]"),
        ($"u@{Ours}", $"\"u@{Elsewhere}\"@[127.0.0.1]"),
        ($"u@{Ours}", $"u@{Elsewhere}@{Ours}"),
        ($"u@{Ours}", $"@[127.0.0.1]:u@{Elsewhere}"),
        ($"u@{Ours}", $"@{Ours}:u@{Elsewhere}"),
        ($"u@{Ours}", $"{Elsewhere}!u"),
        ($"u@{Ours}", $"{Elsewhere}!u@[127.0.0.1]"),
        ($"u@{Ours}", $"{Elsewhere}!u@{Ours}"),
        ($"u@{Ours}", $"u%{Elsewhere}%{Elsewhere}@{Ours}"),
        ($"u@{Ours}", $"{Ours}!{Elsewhere}!u"),
        ($"u@{Ours}", $"\"u\"@{Ours}@{Elsewhere}"),
        ($"u@{Ours}", "u@[IPv6:::1]"),
        ($"u@{Ours}", "u@[1.2.3]"),
        ($"u@{Ours}", "u@[192.0.2.9]"),
        ($"u@{Ours}", $"u@{Elsewhere}."),
        ($"u@{Ours}", $"u@{Elsewhere.ToUpperInvariant()}"),
        ($"u@{Ours}", $"\"u%{Elsewhere}\"@{Ours}"),
        ($"u@{Ours}", $"\"{Elsewhere}!u\"@{Ours}"),
        ("MAILER-DAEMON@relay.test", $"u@{Elsewhere}"),
        ("double-bounce@relay.test", $"u@{Elsewhere}"),
        ("postmaster@relay.test", $"u@{Elsewhere}"),
    ];

    /// <summary>The settings of the recipes' rows; what stands in angle brackets on the pages is filled in.</summary>
    private static readonly Dictionary<string, (string Name, string Value)[]> Configurations = new()
    {
        ["defaults"] = [],
        ["R18, R72: only who signed in"] = [("smtpd_recipient_restrictions", "permit_sasl_authenticated, reject")],
        ["R19: client certificates"] = [
            ("smtpd_recipient_restrictions", "permit_mynetworks, permit_tls_clientcerts, reject_unauth_destination"), ("relay_clientcerts", "inline:{ AA:BB=relay }"),
            ("smtpd_tls_ask_ccert", "yes"), ("smtpd_tls_fingerprint_digest", "sha256")],
        ["R19: all client certificates"] = [("smtpd_relay_restrictions", "permit_tls_all_clientcerts, reject_unauth_destination")],
        ["R19: check_ccert_access"] = [("smtpd_recipient_restrictions", "check_ccert_access inline:{ AA:BB=OK }, reject_unauth_destination")],
        ["R28"] = [
            ("smtpd_recipient_restrictions", "permit_mynetworks permit_sasl_authenticated reject_unauth_destination"), ("smtpd_helo_required", "yes"),
            ("smtpd_helo_restrictions", "permit_sasl_authenticated, permit_mynetworks, reject_invalid_hostname, reject_unauth_pipelining, reject_non_fqdn_hostname")],
        ["R36: a list that permits early"] = [
            ("smtpd_client_restrictions", "permit"), ("smtpd_helo_restrictions", "permit"), ("smtpd_sender_restrictions", "check_sender_access inline:{ us.test=OK }, permit")],
        ["R37: a class"] = [
            ("smtpd_restriction_classes", "restricted_recipient"), ("restricted_recipient", "check_sender_access inline:{ us.test=OK }, reject"),
            ("smtpd_sender_restrictions", "check_recipient_access inline:{ list@us.test=restricted_recipient }")],
        ["R38: tables of senders"] = [("smtpd_recipient_restrictions", "check_sender_access inline:{ bad.test=REJECT }, permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination")],
        ["R39: a list of restrictions in a table"] = [
            ("smtpd_recipient_restrictions", "permit_mynetworks, check_client_access cidr:{{ 192.0.2.0/24 dunno }, { 0.0.0.0/0 reject_non_fqdn_sender, reject_non_fqdn_recipient }}, reject_unauth_destination")],
        ["R69: lists in DNS"] = [
            ("smtpd_recipient_restrictions", "permit_sasl_authenticated, permit_mynetworks, reject_non_fqdn_sender, reject_non_fqdn_recipient, reject_unauth_destination")],
        ["R71: a bare table"] = [("smtpd_sender_restrictions", "inline:{ us.test=permit }, reject")],
        ["R73: mynetworks with exclusions"] = [("mynetworks", "!127.0.0.66, 127.0.0.0/8, [::1]/128")],
        ["the old default"] = [("smtpd_relay_restrictions", ""), ("smtpd_recipient_restrictions", "permit_mynetworks, reject_unauth_destination")],
        ["XCLIENT for others"] = [("smtpd_authorized_xclient_hosts", "127.0.0.9"), ("smtpd_authorized_xforward_hosts", "127.0.0.9")],
    };

    public static TheoryData<string> Names => [.. Configurations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_stranger_is_refused_under(string configuration)
    {
        await using var relay = new DialogRelay([.. Configurations[configuration], ("smtpd_hard_error_limit", "1000"), ("smtpd_soft_error_limit", "1000")],
            isFaulty: false, StoreResult.Stored);
        relay.Greet();
        using var client = new DialogClient(IPAddress.Parse("127.0.0.66"), relay.Endpoint);
        (await ReplyAsync(client)).ShouldStartWith("220 ");
        (await SayAsync(client, "EHLO client.ext.test")).ShouldStartWith("250 ");
        var accepted = new List<string>();
        foreach (var (sender, recipient) in Patterns)
        {
            var mail = await SayAsync(client, $"MAIL FROM:<{sender}>");
            var reply = mail.StartsWith('2') ? await SayAsync(client, $"RCPT TO:<{recipient}>") : mail;
            if (reply is not ['5', ..]) accepted.Add($"<{sender}> to <{recipient}>: {reply}");
            (await SayAsync(client, "RSET")).ShouldBe("250 2.0.0 Ok");
        }
        accepted.ShouldBeEmpty();
        relay.Messages.ShouldBeEmpty();
    }

    /// <summary>The test can fail: from inside the same recipients are taken.</summary>
    [Fact]
    public async Task A_client_of_the_network_is_not_refused()
    {
        await using var relay = new DialogRelay([], isFaulty: false, StoreResult.Stored);
        relay.Greet();
        using var client = new DialogClient(IPAddress.Parse("127.0.0.9"), relay.Endpoint);
        await ReplyAsync(client);
        await SayAsync(client, "EHLO client.us.test");
        await SayAsync(client, "MAIL FROM:<u@us.test>");
        (await SayAsync(client, $"RCPT TO:<u@{Elsewhere}>")).ShouldStartWith("250 ");
    }

    private static async Task<string> SayAsync(DialogClient client, string line)
    {
        await client.SendAsync(Encoding.ASCII.GetBytes($"{line}\r\n"));
        return await ReplyAsync(client);
    }

    private static async Task<string> ReplyAsync(DialogClient client)
    {
        string? line;
        do line = await client.ReadLineAsync();
        while (line is [_, _, _, '-', ..]);
        return line ?? throw new IOException("the server hung up");
    }
}
