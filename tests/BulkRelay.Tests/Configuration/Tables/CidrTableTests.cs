namespace BulkRelay.Tests.Configuration.Tables;

public sealed class CidrTableTests : TableFixture
{
    [Theory]
    [InlineData("192.0.2.1 OK\n192.0.2.0/24 REJECT", "192.0.2.1", "OK")]
    [InlineData("192.0.2.1 OK\n192.0.2.0/24 REJECT", "192.0.2.2", "REJECT")]
    [InlineData("192.0.2.1 OK\n192.0.2.0/24 REJECT", "198.51.100.1", null)]
    [InlineData("2001:db8::/32 six", "2001:DB8:0:1::1", "six")]
    [InlineData("::/0 six", "192.0.2.1", null)]
    [InlineData("[192.0.2.0/24] a", "192.0.2.3", "a")]
    [InlineData("[192.0.2.0]/24 a", "192.0.2.3", "a")]
    [InlineData("!192.0.2.5 b", "192.0.2.4", "b")]
    [InlineData("! 192.0.2.5 b", "192.0.2.5", null)]
    [InlineData("!192.0.2.5 b", "host.example", null)]
    [InlineData("!192.0.2.5 b", "2001:db8::1", null)]
    [InlineData("!2001:db8::/32 b", "192.0.2.1", null)]
    [InlineData("if !192.0.2.0/24\n::/0 in\nendif", "2001:db8::1", null)]
    [InlineData("if 10.0.0.0/8\nif 10.2.0.0/16\n10.2.3.4 x\nendif\n10.9.0.0/16 later\nendif", "10.9.0.1", "later")]
    [InlineData("192.0.2.1 a", "::ffff:192.0.2.1", null)]
    [InlineData("::1 a", "[::1]", null)]
    [InlineData("if 192.0.2.0/24\n192.0.2.1 in\nendif\n0.0.0.0/0 out", "192.0.2.1", "in")]
    [InlineData("if 192.0.2.0/24\n192.0.2.1 in\nendif\n0.0.0.0/0 out", "192.0.2.2", "out")]
    [InlineData("if !192.0.2.0/24\n0.0.0.0/0 in\nendif", "10.0.0.1", "in")]
    public void The_first_network_that_holds_the_address_decides(string rules, string key, string? expected)
    {
        Ask($"cidr:{Folder.Write("rules", rules)}", key).Value.ShouldBe(expected);
        Set.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("192.0.2.4/24 x", "perhaps you should use \"192.0.2.0/24\" instead")]
    [InlineData("01.2.3.4 x", "bad address pattern: \"01.2.3.4\"")]
    [InlineData("1.2.3.400 x", "bad address pattern")]
    [InlineData("1.2.3.0/33 x", "bad mask length")]
    [InlineData("1.2.3.4", "no lookup result")]
    [InlineData("host.example x", "bad address pattern")]
    [InlineData("endif", "ENDIF without matching IF")]
    [InlineData("if nonsense\n0.0.0.0/0 y\nendif", "bad address pattern")]
    public void A_line_that_makes_no_sense_is_left_out_with_file_and_line(string rule, string message)
    {
        var file = Folder.Write("rules", $"{rule}\n0.0.0.0/0 rest");
        Ask($"cidr:{file}", "1.2.3.4").Value.ShouldBe("rest");
        var fault = Set.Faults.ShouldHaveSingleItem();
        (fault.File, fault.Line).ShouldBe((file, 1));
        fault.Message.ShouldContain(message);
    }
}
