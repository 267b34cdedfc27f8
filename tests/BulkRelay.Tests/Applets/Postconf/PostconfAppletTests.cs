using BulkRelay.Server.Applets.Postconf;

namespace BulkRelay.Tests.Applets.Postconf;

public sealed class PostconfAppletTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bulkrelay-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public PostconfAppletTests()
    {
        Write("main.cf", "# comment\nmyhostname = relay.test\nmynetworks = 127.0.0.1\n  [::1]/128\nown = x\nmail_name = $own $myhostname\n");
        Write("master.cf", "# services\nsmtp inet n - n - - smtpd\nslow unix - - n - 3 smtp\n  -o { smtp_helo_name = $own y }\n# after\n  -o smtp_helo_timeout=5\n");
    }

    public void Dispose() => Directory.Delete(_folder, true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder, name));

    private async Task<string> Run(params string[] args)
    {
        (await PostconfApplet.RunAsync(["-c", _folder, .. args], _output, _error)).ShouldBe(0, _error.ToString());
        return _output.ToString();
    }

    [Fact]
    public async Task Settings_are_listed_in_alphabetic_order_with_single_blanks() =>
        (await Run("-n")).ShouldBe($"config_directory = {_folder}\nmail_name = $own $myhostname\nmyhostname = relay.test\nmynetworks = 127.0.0.1 [::1]/128\nown = x\n");

    [Theory]
    [InlineData("relay.test\n", "-h", "myhostname")]
    [InlineData("myhostname\n", "-H", "myhostname")]
    [InlineData("myhostname = relay.test\nmydomain = test\n", "myhostname", "mydomain")]
    [InlineData("mail_name = x relay.test\n", "-x", "mail_name")]
    [InlineData("x other.test\n", "-xh", "-o", "myhostname=other.test", "mail_name")]
    [InlineData("mail_name = BulkRelay\n", "-d", "mail_name")]
    [InlineData("", "-n", "mydomain")]
    [InlineData("slow_destination_recipient_limit = $default_destination_recipient_limit\n", "slow_destination_recipient_limit")]
    [InlineData("slow_destination_recipient_limit = 50\n", "-x", "slow_destination_recipient_limit")]
    [InlineData("transport_maps =\n", "transport_maps")]
    [InlineData("own = x\n", "-C", "user")]
    public async Task Named_parameters_are_shown_as_the_options_ask(string expected, params string[] args) => (await Run(args)).ShouldBe(expected);

    [Fact]
    public async Task The_version_can_be_found_in_the_list_of_defaults() => (await Run("-d")).Split('\n').ShouldContain("mail_version = 3.9.0");

    [Fact]
    public async Task An_unknown_name_is_a_warning()
    {
        (await Run("nosuch", "myhostname")).ShouldBe("myhostname = relay.test\n");
        _error.ToString().ShouldBe("postconf: warning: nosuch: unknown parameter\n");
    }

    [Fact]
    public async Task Unused_and_undefined_parameters_are_warnings_in_the_form_of_postfix()
    {
        Write("main.cf", "foo = 1\nmydomain = $bar\n");
        Write("master.cf", "");

        await Run("mydomain");

        _error.ToString().ShouldBe($"postconf: warning: {_folder}/main.cf: unused parameter: foo=1\npostconf: warning: {_folder}/main.cf: undefined parameter: bar\n");
    }

    [Fact]
    public async Task Long_lines_are_folded_on_request()
    {
        (await Run("-df", "smtpd_relay_restrictions")).ShouldAllBe(c => c != '\t');
        _output.ToString().Split('\n').ShouldAllBe(line => line.Length < 80);
        _output.ToString().ShouldContain("\n    ");
    }

    [Fact]
    public async Task Services_are_shown_in_columns() =>
        (await Run("-M")).ShouldBe("""
            smtp       inet  n       -       n       -       -       smtpd
            slow       unix  -       -       n       -       3       smtp -o {smtp_helo_name=$own y} -o smtp_helo_timeout=5

            """.ReplaceLineEndings("\n"));

    [Theory]
    [InlineData("slow       unix  -       -       n       -       3       smtp\n    -o {smtp_helo_name=x y}\n    -o smtp_helo_timeout=5\n", "-Mfx", "slow/unix")]
    [InlineData("slow/unix/process_limit = 3\n", "-F", "slow/*/process_limit")]
    [InlineData("smtp -o {smtp_helo_name=$own y} -o smtp_helo_timeout=5\n", "-Fh", "slow/unix/command")]
    [InlineData("slow/unix/smtp_helo_name = x y\nslow/unix/smtp_helo_timeout = 5\n", "-Px")]
    public async Task Parts_of_services_are_shown_as_the_options_ask(string expected, params string[] args) => (await Run(args)).ShouldBe(expected);

    [Fact]
    public async Task Editing_keeps_comments_and_order()
    {
        await Run("-e", "mynetworks = 10.0.0.0/8", "mydomain=test");

        Read("main.cf").ShouldBe("# comment\nmyhostname = relay.test\nmynetworks = 10.0.0.0/8\nown = x\nmail_name = $own $myhostname\nmydomain = test\n");
    }

    [Fact]
    public async Task A_value_means_editing_without_the_option_too()
    {
        await Run("myhostname=other.test");
        (await Run("-h", "myhostname")).ShouldBe("other.test\n");
    }

    [Fact]
    public async Task Settings_can_be_removed_and_commented_out()
    {
        await Run("-X", "mynetworks");
        await Run("-#", "own");

        Read("main.cf").ShouldBe("# comment\nmyhostname = relay.test\n#own = x\nmail_name = $own $myhostname\n");
    }

    [Fact]
    public async Task Services_can_be_replaced_added_commented_out_and_removed()
    {
        await Run("-M", "-e", "slow/unix=slow unix - - n - 5 smtp -o {a = b c}", "new/unix = new unix - - n - - error");
        Read("master.cf").ShouldBe("# services\nsmtp inet n - n - - smtpd\n# after\nslow       unix  -       -       n       -       5       smtp\n"
            + "    -o {a=b c}\nnew        unix  -       -       n       -       -       error\n");

        await Run("-M#", "slow/unix");
        await Run("-MX", "new/unix");
        Read("master.cf").ShouldBe("# services\nsmtp inet n - n - - smtpd\n# after\n#slow       unix  -       -       n       -       5       smtp\n#    -o {a=b c}\n");
    }

    [Fact]
    public async Task Columns_and_overrides_of_services_can_be_changed()
    {
        await Run("-F", "-e", "smtp/inet/process_limit=7", "smtp/inet/command=smtpd -v");
        await Run("-P", "-e", "smtp/inet/myhostname=submit.test", "slow/unix/smtp_helo_timeout=9");
        await Run("-PX", "slow/unix/smtp_helo_name");

        (await Run("-M")).ShouldBe("smtp       inet  n       -       n       -       7       smtpd -v -o myhostname=submit.test\n"
            + "slow       unix  -       -       n       -       3       smtp -o smtp_helo_timeout=9\n");
    }

    [Theory]
    [InlineData("postconf: fatal: specify one of -d -n", "-n", "-d")]
    [InlineData("postconf: fatal: invalid option -- 'z'", "-z")]
    [InlineData("postconf: fatal: option requires an argument -- 'o'", "-o")]
    [InlineData("postconf: fatal: missing '=' after attribute name: \"foo\"", "-e", "foo")]
    [InlineData("postconf: fatal: -X or -# requires parameter names without value", "-X", "a=b")]
    [InlineData("postconf: fatal: command line: missing '=' after attribute name", "-o", "x")]
    [InlineData("postconf: fatal: \"slow=x\": specify service_name/type", "-Me", "slow=x")]
    [InlineData("postconf: fatal: invalid private field 'q'", "-Me", "a/unix=a unix q - - - - smtp")]
    public async Task A_wrong_call_says_what_is_wrong_and_changes_nothing(string message, params string[] args)
    {
        var (main, master) = (Read("main.cf"), Read("master.cf"));

        (await PostconfApplet.RunAsync(["-c", _folder, .. args], _output, _error)).ShouldBe(1);

        _error.ToString().ShouldStartWith(message);
        Read("main.cf").ShouldBe(main);
        Read("master.cf").ShouldBe(master);
    }

    [Fact]
    public async Task A_value_that_cannot_be_expanded_names_file_line_and_parameter()
    {
        Write("main.cf", "\nmydomain = ${x\n");

        (await PostconfApplet.RunAsync(["-c", _folder, "-x", "mydomain"], _output, _error)).ShouldBe(1);

        _error.ToString().ShouldContain($"postconf: fatal: {_folder}/main.cf, line 2: mydomain: truncated macro reference: \"${{x\"");
    }

    [Theory]
    [InlineData("relayhost = ${x", "truncated macro reference: \"${x\"")]
    [InlineData("relayhost = $(x", "truncated macro reference: \"$(x\"")]
    [InlineData("relayhost = a$ b", "empty macro name: \"a$ b\"")]
    [InlineData("relayhost = ${x?{a}b}", "\":\" expected at: \"...a}>>>b\"")]
    [InlineData("relayhost = $relayhost", "unreasonable macro call nesting: \"relayhost\"")]
    public async Task A_parameter_that_cannot_be_expanded_is_fatal_whatever_is_shown(string line, string message)
    {
        Write("main.cf", line + "\n");

        (await PostconfApplet.RunAsync(["-c", _folder, "-n"], _output, _error)).ShouldBe(1);

        _error.ToString().ShouldStartWith($"postconf: fatal: {_folder}/main.cf, line 1: relayhost: {message}");
    }

    [Fact]
    public async Task A_name_that_nothing_uses_and_that_cannot_be_expanded_is_a_warning()
    {
        Write("main.cf", "nosuch = ${x\n");

        (await PostconfApplet.RunAsync(["-c", _folder, "-n"], _output, _error)).ShouldBe(0);

        _error.ToString().ShouldContain("postconf: warning: " + _folder + "/main.cf, line 1: nosuch: truncated macro reference: \"${x\"");
    }

    [Theory]
    [InlineData("-a", "bulkrelay\ncyrus\ndovecot\ntable\n")]
    [InlineData("-A", "cyrus")]
    [InlineData("-Trun-version", "OpenSSL 3.")]
    [InlineData("-l", "no mailboxes here")]
    public async Task What_the_program_has_is_listed(string option, string message)
    {
        (await PostconfApplet.RunAsync([option], _output, _error)).ShouldBe(0);
        (_output.ToString() + _error).ShouldContain(message);
    }
}
