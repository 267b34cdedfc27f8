using System.Net;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Configuration.Tables.Patterns;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Tests.Configuration.Tables;
using BulkRelay.Tests.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.Fuzz;

/// <summary>No text of a table, name of a table, pattern or list makes a parser throw; what cannot be used is a fault.</summary>
public sealed class TableFuzz : TableFixture
{
    private static readonly string[] Pieces =
    [
        "a", "b", "@", ".", "\\", "/", "!", "(", ")", "[", "]", "{", "}", "|", "*", "+", "?", "^", "$", "$1", "${1}", "$$", "-", ":", "[:", ":]", "=", ",", " ",
        "\t", "\n", "\r\n", "\n ", "\n#", "\"", "'", "<", ">", "?<", "(?", "(?:", "(?=", "(?<n>", "(?i)", "(?U)", "\\d", "\\W", "\\Q", "\\E", "\\x{", "\\p{",
        "\\1", "\\g", "\\k", "{1,3}", "{99}", "if ", "endif", "\n/", "/ x", "/i x", "192.0.2.0/24", "::1", "[::1]", "1.2.3", "\0", "é", "\ud800", "\u2028", "é",
        "inline:{", "static:", "pcre:", "unionmap:{", "hash:", "smtp:", "[:alpha:]", "\\(", "\\)", "\\{", "#",
    ];

    private static readonly Arbitrary<string> Texts =
        Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces)).ToArbitrary();

    private static readonly Arbitrary<byte[]> Octets = ArbMap.Default.ArbFor<byte[]>();

    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(600).WithEndSize(60);

    [Theory]
    [InlineData("hash")]
    [InlineData("regexp")]
    [InlineData("pcre")]
    [InlineData("cidr")]
    public void A_source_of_any_text_is_a_table(string type)
    {
        Prop.ForAll(Texts, text => Answers(type, Encoding.UTF8.GetBytes(text))).Check(Often);
        Prop.ForAll(Octets, octets => Answers(type, octets)).Check(Often.WithMaxTest(300));
    }

    [Fact]
    public void Any_name_is_a_table_or_a_fault() => Prop.ForAll(Texts, name =>
    {
        var set = new LookupTableSet("hash", Clock, Warnings.Add);
        if (Ask(set.Open(name), "a@b").IsFailure && !name.StartsWith("fail:", StringComparison.Ordinal)) set.Faults.ShouldNotBeEmpty();
    }).Check(Often);

    [Fact]
    public void Any_pattern_is_compiled_or_refused() => Prop.ForAll(Texts, pattern =>
    {
        Compile(() => PcreTranslator.Compile(pattern, PcreOptions.Caseless | PcreOptions.DotAll));
        Compile(() => PcreTranslator.Compile(pattern, PcreOptions.Extended | PcreOptions.Ungreedy | PcreOptions.Anchored | PcreOptions.DollarEndOnly));
        Compile(() => PosixTranslator.Compile(pattern, isExtended: true, ignoresCase: true, isMultiline: false));
        Compile(() => PosixTranslator.Compile(pattern, isExtended: false, ignoresCase: false, isMultiline: true));
    }).Check(Often);

    [Fact]
    public void Any_list_matches_or_is_a_fault() => Prop.ForAll(Texts, list =>
    {
        // A file that the words may name by chance would make the outcome depend on the machine.
        list = list.Replace("/", "", StringComparison.Ordinal);
        var set = new LookupTableSet("hash", Clock, Warnings.Add);
        AddressMatchList.Parse("mynetworks", list, set).MatchAsync("a.b", IPAddress.Loopback, default).AtOnce();
        DomainMatchList.Parse("relay_domains", list, set, parentsMatch: true).MatchAsync("a.b", default).AtOnce();
        StringMatchList.Parse("smtp_sasl_mechanism_filter", list, set).MatchAsync("a.b", default).AtOnce();
    }).Check(Often);

    [Fact]
    public void Any_address_has_a_route_without_control_characters()
    {
        var router = new Router(ConfigSnapshot.With(("mydestination", ""), ("recipient_delimiter", "+-"),
            ("transport_maps", "pcre:{{/^(.*)@(.*)$$/ slow:$$2}, {/(x)/ error:$$1}} inline:{a=slow:}")), Set, new HashSet<string> { "smtp", "slow" });
        Prop.ForAll(Texts, address =>
        {
            var route = router.RouteAsync(address, address, "", default).AtOnce();
            route.Destination.Transport.ShouldNotBeEmpty();
            route.Destination.Nexthop.ShouldNotBeEmpty();
            route.Destination.Nexthop.ShouldNotContain('\n');
        }).Check(Often);
    }

    private void Answers(string type, byte[] octets)
    {
        var path = Path.Combine(Folder.Path, "fuzz");
        File.WriteAllBytes(path, octets);
        var set = new LookupTableSet("hash", Clock, Warnings.Add);
        var table = set.Open($"{type}:{path}");
        foreach (var key in new[] { "a@b", "", "192.0.2.1", "\n" }) Ask(table, key).IsFailure.ShouldBeFalse();
    }

    private static void Compile(Action compile)
    {
        try
        {
            compile();
        }
        catch (PatternException)
        {
            // Refused, as it may be.
        }
    }
}
