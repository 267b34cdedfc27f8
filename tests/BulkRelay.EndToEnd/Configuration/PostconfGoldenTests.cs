using BulkRelay.Core.Configuration;

namespace BulkRelay.EndToEnd.Configuration;

/// <summary>Our <c>postconf</c> beside Postfix's: the same files, the same output.</summary>
public class PostconfGoldenTests
{
    private const string Forms = """
        # comment
        myhostname = relay.example.test
        mydomain = example.test
        # used by others
        a = A
        empty =
        deep = <${a}$deeper>
        deeper = $a$$a
        number = 10

        smtpd_banner = $myhostname ESMTP ${a}|$(a)|${none}|$none.x
        mail_name = ${a?yes}${empty?no}${none:def} ${ a ? { t } : { f } }|${none?{t}:{f}}|${a?t:f}|${empty:{x ${a}}}
        relayhost = ${{$a} == {A} ? {eq} : {ne}}${{$number} > {9} ? {num} : {text}}${{a$number} > {a9} ? {num} : {text}}${{1} == {01}}
        default_transport = ${{$compatibility_level} >=level {3.6} ? {new} : {old}}${{3.9} <level {3.10} ? {less} : {more}}${{x} != {x} ?{never}}
        mynetworks = 127.0.0.0/8
        # between
           10.0.0.0/8,
              [::1]/128

        transport_maps = inline:{ {a = b}, c=d }
        alias_maps =
        smtpd_helo_restrictions=reject_x
        mynetworks_style=subnet
        maps_rbl_reject_code = ${none:${a?${empty:5}54}}
        default_rbl_reply = $rbl_code $$ ${rbl_reason?; $rbl_reason}
        header_size_limit = ${
        """;

    private const string Master = """
        # services
        smtp      inet  n       -       y       -       -       smtpd
          -o smtpd_helo_restrictions=$own_class -o { smtpd_banner = $myhostname  ready } -vo own_class=reject
        [::1]:2525 inet n       -       n       -       3       smtpd -oa=b
        127.0.0.1:submission inet n - n 60? 0 smtpd -v
        slow      unix  -       -       n       -       2       smtp
            -o smtp_helo_name=$myhostname
        # inside
            -o {smtp_bind_address=}
        cyrus     unix  -       n       n       -       -       pipe
          flags=R user=cyrus argv={/usr/bin/deliver now} -e -m "${extension}" { a b } ${user} and some more words to fold the line
        exec      unix  -       n       n       -       0       spawn
        retry     unix  -       -       y       -       -       error
        """;

    [Theory]
    [InlineData("-n")]
    [InlineData("-nx")]
    [InlineData("-nf")]
    [InlineData("-nh")]
    [InlineData("-nH")]
    [InlineData("-x", "smtpd_banner", "mail_name", "relayhost", "default_transport", "maps_rbl_reject_code", "deep")]
    [InlineData("-h", "myhostname", "mynetworks")]
    [InlineData("-hx", "smtpd_banner", "default_rbl_reply")]
    [InlineData("-n", "mydomain", "transport_maps")]
    [InlineData("-o", "myhostname=other.test", "-x", "smtpd_banner")]
    [InlineData("-df", "proxy_read_maps", "lmtp_tls_fingerprint_digest", "debugger_command")]
    [InlineData("-C", "user", "-x")]
    [InlineData("-C", "service")]
    [InlineData("slow_destination_rate_delay", "cyrus_time_limit", "exec_time_limit", "retry_initial_destination_concurrency")]
    public async Task Parameters_are_shown_alike(params string[] args)
    {
        using var pair = new ConfigPair(Forms.Replace("header_size_limit = ${", "", StringComparison.Ordinal), Master);
        (await pair.SameAsync(args)).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("-M")]
    [InlineData("-Mf")]
    [InlineData("-Mx")]
    [InlineData("-M", "slow", "smtp/inet")]
    [InlineData("-Mf", "*/unix")]
    [InlineData("-F")]
    [InlineData("-Fh", "*/inet/process_limit", "slow")]
    [InlineData("-P")]
    [InlineData("-Px", "smtp/inet")]
    [InlineData("-PH", "*/*/smtp_helo_name")]
    public async Task Services_are_shown_alike(params string[] args)
    {
        using var pair = new ConfigPair("myhostname = relay.test\n", Master);
        (await pair.SameAsync(args)).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("$")]
    [InlineData("x$-y")]
    [InlineData("${}")]
    [InlineData("${a")]
    [InlineData("$(a")]
    [InlineData("${a-b}")]
    [InlineData("${myhostname?{x}y}")]
    [InlineData("${myhostname?{x}:{y}z}")]
    [InlineData("${{a} =~ {b} ? {c} : {d}}")]
    [InlineData("${{a} == b ? {c} : {d}}")]
    [InlineData("${{a} == {a} x}")]
    [InlineData("${{3.x} <level {3} ? {c}}")]
    [InlineData("$smtpd_banner")]
    public async Task What_cannot_be_expanded_ends_both(string value)
    {
        using var pair = new ConfigPair($"smtpd_banner = {value}\n");
        (await pair.PostfixAsync("-x", "smtpd_banner")).ExitCode.ShouldBe(1);
        (await pair.OursAsync("-x", "smtpd_banner")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_parameters_are_reported_as_unknown_unused_and_undefined()
    {
        using var pair = new ConfigPair("""
            foo = 1
            own = 2
            smtpd_banner = $own $nosuch ${none?$hidden}
            smtpd_restriction_classes = greylist missing
            greylist = permit
            process_id = 5
            slow_destination_rate_delay = 1s
            solw_destination_rate_delay = 1s
            """, "slow unix - - n - - smtp -o bar=1 -o own=3\nsmtp inet n - n - - smtpd -o greylist=reject");

        var expected = (await pair.PostfixAsync("unheard_of", "-n", "mydomain")).Error
            .Replace("/usr/sbin/postconf:", "postconf:", StringComparison.Ordinal);
        var ours = (await pair.OursAsync("unheard_of", "-n", "mydomain")).Error;

        Lines(ours).Where(l => !l.Contains("missing", StringComparison.Ordinal) && !l.Contains("read-only", StringComparison.Ordinal))
            .ShouldBe(Lines(expected).Where(l => !l.Contains("missing", StringComparison.Ordinal) && !l.Contains("read-only", StringComparison.Ordinal)));
        ours.ShouldContain("read-only parameter assignment: process_id=5");
    }

    [Theory]
    [InlineData("-e", "mynetworks=10.0.0.0/8", "zz = ")]
    [InlineData("smtpd_banner = new  text")]
    [InlineData("-X", "mynetworks", "nosuch")]
    [InlineData("-#", "mynetworks", "a")]
    public async Task Editing_main_cf_leaves_the_same_file(params string[] args)
    {
        using ConfigPair theirs = new(Forms + "\n", Master), ours = new(Forms + "\n", Master);
        (await theirs.PostfixAsync(args)).Succeeded();
        (await ours.OursAsync(args)).Succeeded();
        ours.Read("main.cf").ShouldBe(theirs.Read("main.cf"));
    }

    [Theory]
    [InlineData("-M", "-e", "slow/unix=slow unix - - n - 9 smtp -o {a = b c} -v")]
    [InlineData("-Me", "new/unix=new unix - - n - 9 smtp")]
    [InlineData("-MX", "slow/unix", "smtp/inet")]
    [InlineData("-M#", "slow/unix")]
    [InlineData("-Fe", "slow/unix/process_limit=7")]
    [InlineData("-Fe", "slow/unix/command=smtp -v -o {a = b c}")]
    [InlineData("-Pe", "slow/unix/smtp_helo_name=x", "slow/unix/smtp_helo_timeout=5")]
    [InlineData("-PX", "slow/unix/smtp_helo_name")]
    public async Task Editing_master_cf_leaves_the_same_services(params string[] args)
    {
        using ConfigPair theirs = new("", Master + "\n"), ours = new("", Master + "\n");
        (await theirs.PostfixAsync(args)).Succeeded();
        (await ours.OursAsync(args)).Succeeded();
        (await ours.SameAsync("-M")).ShouldBe((await theirs.SameAsync("-M")));
        Remarks(ours.Read("master.cf")).ShouldBe(Remarks(theirs.Read("master.cf")));
    }

    [Fact]
    public async Task Every_parameter_of_postfix_is_known_with_its_default()
    {
        // Set, because other defaults mention them: what differs by intention.
        using var pair = new ConfigPair("myhostname = relay.example.test\nmail_name = Any\nmail_version = 1\nsmtpd_relay_restrictions = reject\n", Master);
        var ours = Pairs((await pair.OursAsync("-x")).Output);

        foreach (var (name, value) in Pairs((await pair.PostfixAsync("-x")).Succeeded()))
        {
            if (DefaultDifferences.OfTheMachine.Contains(name) || DefaultDifferences.Intended.ContainsKey(name)) continue;
            ours.ShouldContainKey(name);
            ParameterList.TrySplit(ours[name], out _).ShouldBe(ParameterList.TrySplit(value, out _), name);
        }
    }

    private static List<string> Lines(string text) => [.. text.Split('\n').Where(l => l.Length > 0).Distinct().Order(StringComparer.Ordinal)];

    private static List<string> Remarks(string text) => [.. text.Split('\n').Where(l => l.StartsWith('#'))];

    private static Dictionary<string, string> Pairs(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(l => l.Split('=', 2, StringSplitOptions.TrimEntries)).ToDictionary(p => p[0], p => p[1]);
}
