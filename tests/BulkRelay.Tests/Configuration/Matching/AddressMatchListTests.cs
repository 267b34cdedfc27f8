using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Tests.Configuration.Tables;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Configuration.Matching;

public sealed class AddressMatchListTests : TableFixture
{
    [Theory]
    [InlineData("127.0.0.0/8", "127.1.2.3", true)]
    [InlineData("127.0.0.0/8", "128.0.0.1", false)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("0.0.0.0/0", "203.0.113.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("[::1]/128", "::1", true)]
    [InlineData("[::1]", "::1", true)]
    [InlineData("[2001:db8::/32]", "2001:db8:1::5", true)]
    [InlineData("[2001:db8::]/32", "2001:db9::5", false)]
    [InlineData("[fe80::]/64", "fe80::1%1", true)]
    [InlineData("192.0.2.0/24", "::ffff:192.0.2.9", true)]
    [InlineData("!192.0.2.5, 192.0.2.0/24", "192.0.2.5", false)]
    [InlineData("!192.0.2.5, 192.0.2.0/24", "192.0.2.6", true)]
    [InlineData("192.0.2.0/24, !192.0.2.5", "192.0.2.5", true)]
    [InlineData("!!192.0.2.0/24", "192.0.2.5", true)]
    [InlineData("", "127.0.0.1", false)]
    public void An_address_is_found_as_the_first_matching_element_says(string list, string address, bool expected)
    {
        Match(list, "unknown", address).IsMatch.ShouldBe(expected);
        Set.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("host.example.com", "HOST.example.com", false, true)]
    [InlineData("example.com", "host.example.com", false, false)]
    [InlineData("example.com", "host.example.com", true, true)]
    [InlineData("example.com", "badexample.com", true, false)]
    [InlineData(".example.com", "a.b.example.com", false, true)]
    [InlineData(".example.com", "example.com", false, false)]
    [InlineData("!bad.example.com example.com", "bad.example.com", true, false)]
    public void A_host_name_is_found_alone_or_under_its_parent(string list, string name, bool parentsMatch, bool expected) =>
        AddressMatchList.Parse("mynetworks", list, Set, parentsMatch).MatchAsync(name, IPAddress.Parse("192.0.2.1"), default).AtOnce()
            .IsMatch.ShouldBe(expected);

    [Theory]
    [InlineData("192.0.2.1/0", "non-null host address bits")]
    [InlineData("10.0.0.0/33", "bad mask length")]
    [InlineData("10.1", "bad address pattern")]
    [InlineData("010.0.0.1", "bad address pattern")]
    [InlineData("[::1", "bad address pattern")]
    [InlineData("2001:db8::/32", "in brackets")]
    [InlineData("nosuch:thing", "unsupported dictionary type: nosuch")]
    [InlineData("/no/such/file", "/no/such/file")]
    [InlineData("{10.0.0.0/8", "missing '}'")]
    [InlineData("!", "no pattern after '!'")]
    public void A_slip_is_a_fault_that_names_the_parameter_and_matches_nothing(string list, string message)
    {
        var found = Match(list, "unknown", "10.0.0.1");
        found.IsMatch.ShouldBeFalse();
        found.Failure.ShouldNotBeNull();
        var fault = Set.Faults.ShouldHaveSingleItem();
        fault.Severity.ShouldBe(FaultSeverity.Error);
        fault.Parameter.ShouldBe("mynetworks");
        fault.Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("10.0.0.1/8", "10.9.9.9", "11.0.0.1", "\"10.0.0.1/8\", perhaps you should use \"10.0.0.0/8\" instead")]
    [InlineData("[2001:db8:0:1::1]/64", "2001:db8:0:1::9", "2001:db8:0:2::1", "\"[2001:db8:0:1::1]/64\", perhaps you should use \"2001:db8:0:1::/64\" instead")]
    [InlineData("!10.0.0.1/8 0.0.0.0/0", "11.0.0.1", "10.9.9.9", "\"10.0.0.1/8\"")]
    public void Bits_of_the_host_are_a_warning_and_masked(string list, string inside, string outside, string message)
    {
        Match(list, "unknown", inside).IsMatch.ShouldBeTrue();
        Match(list, "unknown", outside).IsMatch.ShouldBeFalse();
        Set.Faults.ShouldAllBe(f => f.Severity == FaultSeverity.Warning && f.Parameter == "mynetworks");
        FaultText.ShouldContain($"non-null host address bits in {message}");
    }

    [Fact]
    public void What_stands_before_a_slip_still_matches() =>
        Match("10.0.0.0/8, /no/such/file", "unknown", "10.0.0.1").IsMatch.ShouldBeTrue();

    [Fact]
    public void A_file_stands_for_its_lines_and_can_be_excluded_as_a_whole()
    {
        var bad = Folder.Write("bad", "# spammers\n10.1.0.0/16\n\n10.2.0.0/16, 10.3.0.0/16\n!10.4.0.0/16\n");
        var list = $"!{bad} 10.0.0.0/8";
        Match(list, "unknown", "10.3.1.1").IsMatch.ShouldBeFalse();
        Match(list, "unknown", "10.4.1.1").IsMatch.ShouldBeTrue();
        Match(list, "unknown", "10.5.1.1").IsMatch.ShouldBeTrue();
        Set.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void A_fault_in_a_file_names_file_and_line()
    {
        var file = Folder.Write("nets", "10.0.0.0/8\n11.0.0.0/44\n");
        Match(file, "unknown", "192.0.2.1").Failure.ShouldNotBeNull();
        Set.Faults.ShouldHaveSingleItem().ToString().ShouldStartWith($"{file}:2: error: mynetworks: ");
    }

    [Fact]
    public void A_file_that_names_itself_ends()
    {
        var path = Path.Combine(Folder.Path, "loop");
        Folder.Write("loop", $"10.0.0.0/8 {path}");
        Match(path, "unknown", "192.0.2.1").Failure.ShouldNotBeNull();
        FaultText.ShouldContain("nested");
    }

    [Fact]
    public void A_table_is_asked_for_name_and_address()
    {
        var table = Folder.Write("clients", "192.0.2.9 OK\n.example.com OK\n");
        Match($"hash:{table}", "unknown", "192.0.2.9").IsMatch.ShouldBeTrue();
        Match($"hash:{table}", "a.example.com", "192.0.2.10").IsMatch.ShouldBeTrue();
        Match($"!hash:{table} 0.0.0.0/0", "unknown", "192.0.2.9").IsMatch.ShouldBeFalse();
        Match($"!hash:{table} 0.0.0.0/0", "unknown", "192.0.2.8").IsMatch.ShouldBeTrue();
    }

    [Fact]
    public void A_table_that_cannot_answer_decides_nothing()
    {
        Match("!fail:now, 0.0.0.0/0", "unknown", "192.0.2.9").Failure!.ShouldContain("fail:now");
        Match("192.0.2.9, fail:now", "unknown", "192.0.2.9").IsMatch.ShouldBeTrue();
    }

    private MatchResult Match(string list, string name, string address) =>
        AddressMatchList.Parse("mynetworks", list, Set).MatchAsync(name, IPAddress.Parse(address), CancellationToken.None).AtOnce();
}
