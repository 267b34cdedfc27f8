using BulkRelay.Core.Configuration;

namespace BulkRelay.Tests.Configuration;

public class MainCfTests
{
    private readonly List<ConfigFault> _faults = [];

    [Fact]
    public void Every_setting_knows_where_it_stands()
    {
        var main = MainCf.Parse("# comment\nmyhostname = relay.test\n\nmynetworks =\n  127.0.0.1\n  [::1]/128\n", "dir/main.cf", _faults);

        main.Settings["myhostname"].ShouldBe(new Setting("myhostname", "relay.test", "dir/main.cf", 2));
        main.Settings["mynetworks"].Line.ShouldBe(4);
        main.Settings["mynetworks"].Value.ShouldBe("127.0.0.1  [::1]/128");
        _faults.ShouldBeEmpty();
    }

    [Fact]
    public void The_last_setting_holds_and_the_earlier_one_is_reported()
    {
        var main = MainCf.Parse("a = 1\nb = 2\na = 3\n", "main.cf", _faults);

        main.Settings["a"].Value.ShouldBe("3");
        _faults.ShouldHaveSingleItem().ToString().ShouldBe("main.cf:3: warning: a: overriding earlier entry: a=1 in line 1: remove one of the two");
    }

    [Theory]
    [InlineData("mydomain", "missing '=' after attribute name")]
    [InlineData("my domain = x", "missing '=' after attribute name")]
    [InlineData("= x", "missing attribute name")]
    public void A_line_that_sets_nothing_is_an_error_and_the_rest_is_read(string line, string message)
    {
        var main = MainCf.Parse($"a = 1\n{line}\nb = 2\n", "main.cf", _faults);

        main.Settings.Keys.ShouldBe(["a", "b"]);
        var fault = _faults.ShouldHaveSingleItem();
        fault.Severity.ShouldBe(FaultSeverity.Error);
        fault.Line.ShouldBe(2);
        fault.Message.ShouldStartWith(message);
    }

    [Fact]
    public void A_value_may_be_empty_and_may_hold_equal_signs()
    {
        var main = MainCf.Parse("a =\nb = x=y\nc=inline:{ {k = v} }\n", "main.cf", _faults);

        main.Settings["a"].Value.ShouldBe("");
        main.Settings["b"].Value.ShouldBe("x=y");
        main.Settings["c"].Value.ShouldBe("inline:{ {k = v} }");
    }
}
