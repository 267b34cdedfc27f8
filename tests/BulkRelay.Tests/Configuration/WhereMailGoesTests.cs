using System.Globalization;
using System.Net.Sockets;
using BulkRelay.Core;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Observability;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Configuration;

/// <summary>Whatever says where mail goes or what becomes of it is looked at before there is mail: parameters, tables, options, sockets.</summary>
public sealed class WhereMailGoesTests : IDisposable
{
    private const string Services = "2525 inet n - n - - smtpd\nsmtp unix - - n - - smtp\nlmtp unix - - n - - lmtp\nqmgr unix n - n 300 1 qmgr\n";

    private const string NoSlow = "no service slow in master.cf: mail for it waits; use one of discard, error, retry, smtp";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("default_transport = slow:[mail.test]")]
    [InlineData("default_transport = slow")]
    [InlineData("relay_domains = a.test\nrelay_transport = slow")]
    public void A_parameter_that_names_no_service_is_an_error(string line) => Faults($"{line}\n").ShouldHaveSingleItem()
        .ShouldBe($"main.cf:{line.Count(c => c == '\n') + 1}: error: {line.Split('\n')[^1].Split(' ')[0]}: {NoSlow}");

    [Fact]
    public void A_service_whose_program_is_not_known_is_told_apart_from_one_that_is_not_there() =>
        Faults("default_transport = lmtp:unix:/run/lmtp\n", fewer: false).Where(f => f.StartsWith("main.cf", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldStartWith("main.cf:1: error: default_transport: service lmtp in master.cf, line 3, runs 'lmtp', which delivers no mail here: ");

    [Fact]
    public void A_port_that_postscreen_should_watch_is_not_left_to_nobody()
    {
        var services = Services + "smtp inet n - n - 1 postscreen\n";
        Faults("", services).ShouldHaveSingleItem().ShouldBe(
            "master.cf:5: error: smtp/inet: 'postscreen' is not known here, the service has no effect: nothing listens there; "
            + "let smtpd listen (smtpd_client_restrictions say from whom), or set unsupported_settings = ignore");
        Faults("unsupported_settings = ignore\n", services, fewer: false)
            .ShouldContain(f => f.StartsWith("master.cf:5: warning: smtp/inet: 'postscreen' ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_default_that_names_no_service_is_a_warning() =>
        Faults("", "2525 inet n - n - - smtpd\n").ShouldHaveSingleItem().ShouldStartWith("main.cf: warning: default_transport: no service smtp in master.cf: ");

    [Theory]
    [InlineData("hash", "a.test smtp:\nb.test slow:[x]\nc.test error:no\nd.test :[x]\n", 2, "the entry for b.test: ")]
    [InlineData("texthash", "# comment\n\na.test\n  slow:\n", 3, "the entry for a.test: ")]
    [InlineData("regexp", "/a/ smtp:[$0x]\n/^(.*)$/ slow:[$1]\n/^(.*)$/ $1:x\n", 2, "")]
    [InlineData("pcre", "if /b/\n/a/ slow:\nendif\n", 2, "")]
    [InlineData("cidr", "192.0.2.0/24 slow:\n", 1, "")]
    public void An_entry_of_a_transport_table_that_names_no_service_is_a_warning_with_its_line(string type, string text, int line, string entry)
    {
        File.WriteAllText(_folder.File("transport"), text.Replace("[$0x]", "[x]", StringComparison.Ordinal));
        Faults($"transport_maps = {type}:transport\n").ShouldBe([$"transport:{line}: warning: transport_maps: {entry}{NoSlow}"]);
    }

    [Theory]
    [InlineData("inline:{a.test=slow:, b.test=smtp:}", "the entry for a.test: ")]
    [InlineData("static:slow:", "")]
    [InlineData("randmap:{slow:, smtp:}", "")]
    [InlineData("unionmap:{static:slow:, static:smtp:}", "")]
    [InlineData("pipemap:{inline:{a.test=b}, inline:{b=slow:}}", "the entry for b: ")]
    [InlineData("proxy:static:slow:", "")]
    [InlineData("regexp:{{/a/ slow:}}", "")]
    public void So_is_one_that_stands_in_the_name_of_the_table(string name, string entry)
    {
        var table = name.Replace("proxy:", "", StringComparison.Ordinal);
        Faults($"\ntransport_maps = {name}\n").ShouldBe([$"main.cf:2: warning: transport_maps: table {table}: {entry}{NoSlow}"]);
    }

    [Fact]
    public void Tables_by_sender_are_looked_at_too() => Faults("sender_dependent_default_transport_maps = inline:{a=DUNNO, b=slow:}\n"
        + "sender_dependent_relayhost_maps = inline:{a=DUNNO, b=[mail.test]:nowhere}\n").ShouldBe(
    [
        $"main.cf:1: warning: sender_dependent_default_transport_maps: table inline:{{a=DUNNO, b=slow:}}: the entry for b: {NoSlow}",
        "main.cf:2: warning: sender_dependent_relayhost_maps: table inline:{a=DUNNO, b=[mail.test]:nowhere}: the entry for b: bad nexthop "
            + "'[mail.test]:nowhere': 'nowhere' is neither a port from 1 to 65535 nor a known service",
    ]);

    [Theory]
    [InlineData("relayhost = [mail.test]:0", "bad nexthop '[mail.test]:0': ")]
    [InlineData("smtp_fallback_relay = [a.test], b.test:nowhere", "bad nexthop 'b.test:nowhere': ")]
    [InlineData("default_transport = smtp:[a.test", "bad nexthop '[a.test")]
    public void A_host_that_cannot_be_one_is_an_error(string line, string fault) =>
        Faults($"{line}\n").ShouldHaveSingleItem().ShouldStartWith($"main.cf:1: error: {line.Split(' ')[0]}: {fault}");

    [Fact]
    public void A_transport_that_is_deferred_and_does_not_exist_is_told() =>
        Faults("defer_transports = smtp slow\n").ShouldHaveSingleItem().ShouldStartWith("main.cf:1: warning: defer_transports: no service slow in master.cf");

    [Fact]
    public void A_service_that_is_switched_off_and_does_not_exist_is_told() => Faults("master_service_disable = qmgr/unix, smpt/inet\n").ShouldBe(
        ["main.cf:1: warning: master_service_disable: smpt/inet is no service in master.cf: write its name and type, as in smtp/inet"]);

    [Theory]
    [InlineData("smtp unix - - n - - smtp\n  -o smtp_fallback_relay=[a.test", "error: smtp_fallback_relay: bad nexthop '[a.test'")]
    [InlineData("smtp unix - - n - - smtp -o smtp_tls_policy_maps=hash:/nowhere/policy", "error: smtp_tls_policy_maps: table hash:/nowhere/policy: ")]
    [InlineData("smtp unix - - n - - smtp -o smtp_tls_policy_maps=inline:{a=secret}",
        "warning: smtp_tls_policy_maps: table inline:{a=secret}: the entry for a: ")]
    [InlineData("25 inet n - n - - smtpd -o smtpd_sender_restrictions=check_sender_access,hash:/nowhere/access",
        "error: smtpd_sender_restrictions: table hash:/nowhere/access: ")]
    [InlineData("25 inet n - n - - smtpd -o { smtpd_client_restrictions = check_client_access inline:{a=OKAY} }",
        "warning: smtpd_client_restrictions: table inline:{a=OKAY}: the entry for a: unknown smtpd restriction: \"OKAY\"")]
    [InlineData("25 inet n - n - - smtpd -o smtpd_relay_restrictions=permit_mynetwork,reject", "error: smtpd_relay_restrictions: unknown smtpd restriction")]
    [InlineData("25 inet n - n - - smtpd -o default_transport=slow:", "error: default_transport: no service slow in master.cf")]
    [InlineData("25 inet n - n - - smtpd -o transport_maps=hash:/nowhere/transport", "error: transport_maps: table hash:/nowhere/transport: ")]
    public void What_an_option_of_a_service_says_is_told_with_its_line_in_master_cf(string service, string fault) =>
        Faults("", $"\n{(service.StartsWith("smtp ", StringComparison.Ordinal) ? "" : "smtp unix - - n - - smtp\n")}{service}\n")
            .ShouldHaveSingleItem().ShouldStartWith($"master.cf:{(service.StartsWith("smtp ", StringComparison.Ordinal) ? 2 : 3)}: {fault}");

    [Theory]
    [InlineData("OK")]
    [InlineData("reject no thanks")]
    [InlineData("DUNNO")]
    [InlineData("550 5.7.1 no")]
    [InlineData("1710000000")]
    [InlineData("permit_mynetworks, reject")]
    [InlineData("mine")]
    [InlineData("FILTER smtp:[filter.test]:10025")]
    [InlineData("REDIRECT a@b.test")]
    [InlineData("PREPEND X-Seen: yes")]
    public void Entries_of_access_tables_that_mean_something_are_no_faults(string value) => Faults(AccessTable($"a.test {value}\n")).ShouldBeEmpty();

    [Theory]
    [InlineData("REJEKT no", "unknown smtpd restriction: \"REJEKT\": remove it, or correct its name")]
    [InlineData("permit_mynetwork", "unknown smtpd restriction: \"permit_mynetwork\": remove it, or correct its name")]
    [InlineData("check_sender_access hash:/x", "do not specify lookup tables inside SMTPD access maps: check_sender_access hash:/x: "
        + "define a restriction class and specify its name instead")]
    [InlineData("FILTER", "FILTER: has FILTER entry without value")]
    [InlineData("FILTER slow:[x]", NoSlow)]
    [InlineData("REDIRECT nobody", "REDIRECT: requires user@domain target")]
    [InlineData("BCC", "BCC: requires user@domain target")]
    [InlineData("PREPEND nothing", "PREPEND: requires header: text")]
    public void Entries_of_access_tables_that_mean_nothing_are_told_with_their_line(string value, string fault) =>
        Faults(AccessTable($"b.test OK\na.test {value}\n"))
            .ShouldBe([$"access:2: warning: smtpd_client_restrictions: the entry for a.test: {fault}"]);

    [Fact]
    public void A_restriction_class_that_names_a_table_is_told_as_what_it_is()
    {
        Faults("smtpd_restriction_classes = mine\nmine = check_sender_access hash:/nowhere/x\n").ShouldHaveSingleItem()
            .ShouldStartWith("main.cf:2: error: mine: table hash:/nowhere/x: ");
        Faults("smtpd_restriction_classes = mine\nmine = check_sender_access inline:{a=NO}\n").ShouldHaveSingleItem()
            .ShouldStartWith("main.cf:2: warning: mine: table inline:{a=NO}: the entry for a: unknown smtpd restriction");
    }

    [Theory]
    [InlineData("smtp_tls_policy_maps", "a.test encrypt\nb.test enkrypt\n", "the entry for b.test: ")]
    [InlineData("smtp_tls_policy_maps", "a.test encrypt\nb.test encrypt match=x\n", "the entry for b.test: attribute \"match\" invalid at security level")]
    [InlineData("lmtp_tls_policy_maps", "a.test may\nb.test may colour=red\n", "the entry for b.test: invalid attribute name: \"colour\"")]
    [InlineData("smtp_tls_per_site", "a.test MUST\nb.test SHOULD\n", "the entry for b.test: unknown TLS policy 'SHOULD'")]
    [InlineData("smtpd_discard_ehlo_keyword_address_maps", "192.0.2.1 chunking, silent-discard\n192.0.2.2 chunky\n",
        "the entry for 192.0.2.2: there is no EHLO keyword chunky")]
    [InlineData("smtpd_reject_footer_maps", "/a/ ok\n/b/ $$nothing\n", "there is no $nothing here")]
    public void Levels_and_keywords_in_tables_are_looked_at(string parameter, string text, string fault)
    {
        File.WriteAllText(_folder.File("table"), text);
        Faults($"{parameter} = {(text[0] == '/' ? "regexp" : "hash")}:table\nsmtp_tls_security_level = may\n")
            .ShouldHaveSingleItem().ShouldStartWith($"table:2: warning: {parameter}: {fault}");
    }

    [Fact]
    public void A_keyword_that_there_is_not_is_told() => Faults("smtpd_discard_ehlo_keywords = chunking chunky\n").ShouldHaveSingleItem()
        .ShouldStartWith("main.cf:1: warning: smtpd_discard_ehlo_keywords: there is no EHLO keyword chunky: use pipelining, ");

    [Fact]
    public void Secrets_are_not_told()
    {
        File.WriteAllText(_folder.File("passwd"), "a.test user:open\nb.test :hidden\n");
        File.SetUnixFileMode(_folder.File("passwd"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var fault = Faults("smtp_sasl_auth_enable = yes\nsmtp_sasl_password_maps = hash:passwd\nsmtp_sasl_security_options =\n").ShouldHaveSingleItem();
        fault.ShouldBe("passwd:2: warning: smtp_sasl_password_maps: the entry for b.test: not of the form user:password");
    }

    [Fact]
    public void Of_many_entries_with_faults_five_are_told_and_the_others_counted()
    {
        File.WriteAllLines(_folder.File("transport"), Enumerable.Range(1, 1000).Select(i => $"{i}.test slow:"));
        var faults = Faults("transport_maps = hash:transport\n");
        faults.Count.ShouldBe(6);
        faults[0].ShouldBe("transport: warning: transport_maps: table hash:transport: and 995 more entries with such faults");
        faults[^1].ShouldStartWith("transport:5: warning: ");
    }

    [Fact]
    public void Of_many_lines_that_make_no_sense_five_are_told_and_the_others_counted()
    {
        File.WriteAllLines(_folder.File("transport"), Enumerable.Range(1, 1000).Select(i => $"{i}.test"));
        var faults = Faults("transport_maps = hash:transport\n");
        faults.Count.ShouldBe(6);
        faults[0].ShouldEndWith("and 995 more lines like that");
    }

    [Fact]
    public void A_table_of_a_million_entries_is_gone_through()
    {
        File.WriteAllLines(_folder.File("transport"), Enumerable.Range(1, 1_000_000).Select(i => $"{i}.test smtp:[{i}.test]").Append("last.test slow:"));
        Faults("transport_maps = hash:transport\n").ShouldHaveSingleItem().ShouldStartWith("transport:1000001: warning: ");
    }

    [Theory]
    [InlineData("smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth", "smtpd_sasl_path", 3,
        "Dovecot at FOLDER/queue/private/auth: No such file or directory: until it listens there, nobody can sign in with it")]
    [InlineData("smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = /nowhere/auth", "smtpd_sasl_path", 3,
        "Dovecot at /nowhere/auth: No such file or directory: until it listens there, nobody can sign in with it")]
    [InlineData("smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = inet:127.0.0.1:1", "smtpd_sasl_path", 3,
        "Dovecot at inet:127.0.0.1:1: Connection refused: until it listens there, nobody can sign in with it")]
    [InlineData("smtpd_sender_restrictions = check_policy_service unix:private/policy", "smtpd_sender_restrictions", 1,
        "policy service unix:private/policy: No such file or directory: until it listens there, the default action is done: 451 4.3.5 Server configuration problem")]
    [InlineData("smtpd_sender_restrictions = check_policy_service { inet:127.0.0.1:1, default_action=DUNNO }", "smtpd_sender_restrictions", 1,
        "policy service 127.0.0.1:1: Connection refused: until it listens there, the default action is done: DUNNO")]
    public void A_socket_that_is_not_there_is_a_warning(string lines, string parameter, int line, string fault) =>
        Faults($"{lines}\nqueue_directory = queue\n").ShouldBe([$"main.cf:{line}: warning: {parameter}: {fault}"]);

    /// <summary>As in Postfix, relative names of sockets count from the queue directory; that itself counts from the configuration's folder.</summary>
    [Fact]
    public void Sockets_that_are_there_are_no_faults()
    {
        Directory.CreateDirectory(_folder.File("queue/private"));
        using var policy = Listen("queue/private/policy");
        using var auth = Listen("queue/private/auth");
        Faults("queue_directory = queue\nsmtpd_sender_restrictions = check_policy_service unix:private/policy\n"
            + "smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth\n").ShouldBeEmpty();

        Socket Listen(string file)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(_folder.File(file)));
            socket.Listen();
            return socket;
        }
    }

    [Theory]
    [InlineData("smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = /LONG")]
    [InlineData("smtpd_sender_restrictions = check_policy_service unix:/LONG")]
    public void A_path_that_no_socket_can_have_is_an_error(string lines) =>
        Faults(lines.Replace("LONG", new string('x', 120), StringComparison.Ordinal) + "\n").ShouldHaveSingleItem().ShouldContain(": error: ");

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        var time = new FakeTimeProvider();
        var never = new TaskCompletionSource();
        var looking = Task.Run(() => PeerCheck.Run([new Peer("smtpd_sasl_path", "Dovecot at inet:mail.test:1", _ => never.Task, "nobody can sign in")], time));
        await time.WaitForTimersAsync(1);
        time.Advance(TimeSpan.FromSeconds(2));
        (await looking).ShouldHaveSingleItem().Message
            .ShouldBe("Dovecot at inet:mail.test:1: no answer within 2s: until it listens there, nobody can sign in");
        never.SetResult();
    }

    [Fact]
    public void A_default_action_that_means_nothing_is_an_error() =>
        Faults("smtpd_sender_restrictions = check_policy_service { inet:127.0.0.1:1, default_action=DUNNOT }\n")[0]
            .ShouldStartWith("main.cf:1: error: smtpd_sender_restrictions: policy service 127.0.0.1:1: default action: unknown smtpd restriction: \"DUNNOT\"");

    [Fact]
    public void Saslauthd_is_told_with_the_line_of_its_own_file()
    {
        Directory.CreateDirectory(_folder.File("sasl"));
        File.WriteAllText(_folder.File("sasl/smtpd.conf"), "pwcheck_method: saslauthd\nsaslauthd_path: /nowhere/mux\n");
        Faults("smtpd_sasl_auth_enable = yes\n").ShouldBe(
            ["sasl/smtpd.conf:2: warning: saslauthd_path: saslauthd at /nowhere/mux: No such file or directory: until it listens there, nobody can sign in with it"]);
    }

    private string AccessTable(string text)
    {
        File.WriteAllText(_folder.File("access"), text);
        return "smtpd_client_restrictions = check_client_access hash:access\nsmtpd_restriction_classes = mine\nmine = permit_mynetworks\n";
    }

    /// <summary>What is said of a configuration; of the services without effect only where the test is about them.</summary>
    private List<string> Faults(string mainCf, string masterCf = Services, bool fewer = true)
    {
        File.WriteAllText(_folder.File("main.cf"), $"{mainCf}mydestination =\n");
        File.WriteAllText(_folder.File("master.cf"), masterCf);
        var load = ConfigLoader.Load(_folder.Path, ConfigOverrides.None);
        using var log = new MailLog(() => Stream.Null, "check", TimeProvider.System);
        // By this clock nobody is ever given up, on however slow a machine.
        return [.. ConfigFault.Sort(load.Faults.Concat(Relay.Check(load.Draft, log, new FakeTimeProvider())))
            .Where(f => f.Severity != FaultSeverity.Note && !(fewer && f.Parameter == "lmtp/unix")).Select(f => string.Create(CultureInfo.InvariantCulture, $"{f}")
            .Replace($"{_folder.Path}/", "FOLDER/", StringComparison.Ordinal)).Select(f => f.StartsWith("FOLDER/", StringComparison.Ordinal) ? f[7..] : f)];
    }
}
