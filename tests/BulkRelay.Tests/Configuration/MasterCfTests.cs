using BulkRelay.Core.Configuration;

namespace BulkRelay.Tests.Configuration;

public class MasterCfTests
{
    private readonly List<ConfigFault> _faults = [];

    private ServiceEntry One(string line) => MasterCf.Parse(line, "master.cf", _faults).Services.ShouldHaveSingleItem();

    [Fact]
    public void All_columns_are_read()
    {
        var service = One("# comment\n\nsmtp      inet  n       -       y       60?       20       smtpd\n");

        service.ShouldSatisfyAllConditions(
            s => s.Name.ShouldBe("smtp"),
            s => s.Type.ShouldBe(ServiceType.Inet),
            s => s.Columns.ShouldBe(["smtp", "inet", "n", "-", "y", "60?", "20", "smtpd"]),
            s => s.ProcessLimit.ShouldBe(20),
            s => s.Command.ShouldBe("smtpd"),
            s => s.Line.ShouldBe(3));
        _faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("-o a=b", "a", "b")]
    [InlineData("-oa=b", "a", "b")]
    [InlineData("-vo a=b", "a", "b")]
    [InlineData("-v -o { a = b c }", "a", "b c")]
    [InlineData("-o {a=b,c}", "a", "b,c")]
    [InlineData("\n  -o a={x y}", "a", "{x y}")]
    [InlineData("-o a=", "a", "")]
    public void Overrides_are_read_in_every_form(string arguments, string name, string value)
    {
        var setting = One($"smtp inet n - n - - smtpd {arguments}").Overrides.ShouldHaveSingleItem();

        setting.ShouldBe(new Setting(name, value, "master.cf", 1));
        _faults.ShouldAllBe(f => f.Severity == FaultSeverity.Warning && f.Message.StartsWith("the option -v", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-v", "-v")]
    [InlineData("-o a=-v -D", "-D")]
    [InlineData("-vo a=b", "-v")]
    public void An_option_that_is_not_acted_on_is_told(string arguments, string option)
    {
        One($"smtp inet n - n - - smtpd {arguments}");

        var fault = _faults.ShouldHaveSingleItem();
        fault.ToString().ShouldStartWith($"master.cf:1: warning: smtp/inet: the option {option} has no effect");
    }

    [Fact]
    public void Options_end_at_the_first_other_argument()
    {
        var service = One("cyrus unix - n n - - pipe\n  flags=R user=cyrus argv={/usr/bin x} -o ${user} { a b }\n");

        service.Arguments.ShouldBe(["flags=R", "user=cyrus", "argv={/usr/bin x}", "-o", "${user}", "a b"]);
        service.Overrides.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("smtp inet n - y - -", "bad field count: 7 columns")]
    [InlineData("smtp foo n - y - - smtpd", "invalid type field 'foo'")]
    [InlineData("smtp inet q - y - - smtpd", "invalid private field 'q'")]
    [InlineData("smtp inet - - y - - smtpd", "an inet service cannot be private")]
    [InlineData("smtp inet n x y - - smtpd", "invalid unprivileged field 'x'")]
    [InlineData("smtp inet n - yes - - smtpd", "invalid chroot field 'yes'")]
    [InlineData("smtp inet n - y 3x - smtpd", "invalid wakeup field '3x'")]
    [InlineData("smtp inet n - y - many smtpd", "invalid process_limit field 'many'")]
    [InlineData("smtp inet n - y - - smtpd -o", "-o needs name=value")]
    [InlineData("smtp inet n - y - - smtpd -o a = b", "missing '=' after attribute name in -o 'a'")]
    [InlineData("smtp inet n - y - - smtpd -o { a b }", "missing '=' after attribute name in -o 'a b'")]
    [InlineData("smtp inet n - y - - smtpd -o { a = b", "missing '}'")]
    [InlineData("smtp inet n - y - - smtpd -o {a=b}c", "syntax error after '}'")]
    public void A_bad_line_is_an_error_with_its_place(string line, string message)
    {
        MasterCf.Parse($"# first\n{line}\n", "master.cf", _faults);

        var fault = _faults.ShouldHaveSingleItem();
        fault.Severity.ShouldBe(FaultSeverity.Error);
        fault.Line.ShouldBe(2);
        fault.Message.ShouldContain(message);
    }

    [Fact]
    public void Of_two_services_with_one_name_and_type_the_last_holds()
    {
        var services = MasterCf.Parse("smtp inet n - n - - smtpd\nsmtp unix - - n - - smtp\nsmtp inet n - n - 5 smtpd\n", "master.cf", _faults).Services;

        services.Select(s => (s.Key, s.Line)).ShouldBe([("smtp/unix", 2), ("smtp/inet", 3)]);
        _faults.ShouldHaveSingleItem().Severity.ShouldBe(FaultSeverity.Warning);
    }

    [Theory]
    [InlineData("smtp", "", 25)]
    [InlineData("submission", "", 587)]
    [InlineData("10025", "", 10025)]
    [InlineData("127.0.0.1:2525", "127.0.0.1", 2525)]
    [InlineData("localhost:smtp", "localhost", 25)]
    [InlineData("[::1]:2525", "::1", 2525)]
    [InlineData("::1:smtp", "::1", 25)]
    public void The_name_of_an_inet_service_is_where_it_listens(string name, string host, int port)
    {
        InetEndpoint.TryParse(name, out var fault).ShouldBe(new InetEndpoint(host, port));
        fault.ShouldBeNull();
    }

    [Theory]
    [InlineData("nosuchservice")]
    [InlineData("127.0.0.1:")]
    [InlineData("70000")]
    [InlineData("[::1:25")]
    [InlineData("[::1]25")]
    public void A_name_that_is_no_place_to_listen_is_a_fault(string name)
    {
        InetEndpoint.TryParse(name, out var fault).ShouldBeNull();
        fault.ShouldNotBeNull();
    }
}
