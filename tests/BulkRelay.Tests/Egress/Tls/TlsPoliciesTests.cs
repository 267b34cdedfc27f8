using System.Security.Authentication;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Egress.Tls;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress.Tls;

public sealed class TlsPoliciesTests
{
    private static readonly string Table = "inline:{ { example.com = encrypt }, { .example.com = secure }, { [mx.example.net] = verify }, "
        + "{ [mx.example.net]:587 = fingerprint match=AA:BB }, { bad.test = encrypt loud=yes } }";

    [Theory]
    [InlineData("example.com", TlsSecurityLevel.Encrypt)]
    [InlineData("EXAMPLE.com", TlsSecurityLevel.Encrypt)]
    [InlineData("a.b.example.com", TlsSecurityLevel.Secure)]
    [InlineData("[mx.example.net]", TlsSecurityLevel.Verify)]
    [InlineData("[mx.example.net]:587", TlsSecurityLevel.Fingerprint)]
    [InlineData("[mx.example.net]:588", TlsSecurityLevel.May)]
    [InlineData("mx.example.net", TlsSecurityLevel.May)]
    [InlineData("[a.example.com]", TlsSecurityLevel.May)]
    [InlineData("a.example.com:587", TlsSecurityLevel.May)]
    [InlineData("other.test", TlsSecurityLevel.May)]
    public async Task The_nexthop_is_the_key_and_a_plain_domain_has_parents(string destination, TlsSecurityLevel level)
    {
        var policies = Make(out _, ("smtp_tls_security_level", "may"), ("smtp_tls_policy_maps", Table));
        (await policies.FindAsync(destination, "mx.test", default)).Policy!.Level.ShouldBe(level);
    }

    [Fact]
    public async Task The_same_answer_is_the_same_policy()
    {
        var policies = Make(out _, ("smtp_tls_policy_maps", "inline:{ { a.test = secure match=x.test }, { b.test = secure match=x.test }, { c.test = secure } }"));
        var (a, b, c) = (await FindAsync("a.test"), await FindAsync("b.test"), await FindAsync("c.test"));
        a.ShouldBeSameAs(b);
        a.ShouldNotBeSameAs(c);
        (await FindAsync("d.test")).ShouldBeSameAs(TlsPolicy.None);

        async Task<TlsPolicy> FindAsync(string destination) => (await policies.FindAsync(destination, "mx.test", default)).Policy!;
    }

    [Theory]
    [InlineData("fail:now", "example.com", "smtp_tls_policy_maps, next-hop destination \"example.com\": table fail:now")]
    [InlineData("inline:{ { bad.test = encrypt loud=yes } }", "bad.test", "smtp_tls_policy_maps, next-hop destination \"bad.test\": invalid attribute name: \"loud\"")]
    [InlineData("inline:{ { bad.test = dane } }", "bad.test", "smtp_tls_policy_maps, next-hop destination \"bad.test\": level 'dane' is not yet supported")]
    [InlineData("inline:{ { bad.test = encrypt protocols=TLSv9 } }", "bad.test", "smtp_tls_policy_maps, next-hop destination \"bad.test\": unknown protocol TLSv9")]
    [InlineData("inline:{ { bad.test = encrypt protocols=TLSv1 } }", "bad.test", "smtp_tls_policy_maps, next-hop destination \"bad.test\": the protocol TLSv1 is no longer")]
    [InlineData("inline:{ { bad.test = encrypt ciphers=best } }", "bad.test", "smtp_tls_policy_maps, next-hop destination \"bad.test\": unknown cipher grade 'best'")]
    [InlineData("inline:{ { bad.test = fingerprint } }", "bad.test", "smtp_tls_policy_maps, next-hop destination \"bad.test\": level fingerprint has nothing to match")]
    [InlineData("inline:{ { bad.test = secure tafile=/none } }", "bad.test", "smtp_tls_policy_maps, next-hop destination \"bad.test\": /none: No such file")]
    public async Task A_table_that_fails_or_cannot_be_understood_gives_no_policy(string table, string destination, string fault)
    {
        var policies = Make(out _, ("smtp_tls_security_level", "may"), ("smtp_tls_policy_maps", table));
        var found = await policies.FindAsync(destination, "mx.test", default);
        found.Policy.ShouldBeNull();
        found.Fault.ShouldStartWith(fault);
    }

    [Theory]
    [InlineData("smtp_tls_security_level", "verify", TlsSecurityLevel.Verify, "hostname")]
    [InlineData("smtp_tls_security_level", "secure", TlsSecurityLevel.Secure, "nexthop dot-nexthop")]
    [InlineData("smtp_tls_security_level", "encrypt", TlsSecurityLevel.Encrypt, "")]
    [InlineData("smtp_use_tls", "yes", TlsSecurityLevel.May, "")]
    [InlineData("smtp_enforce_tls", "yes", TlsSecurityLevel.Verify, "hostname")]
    public async Task Without_tables_the_parameters_decide(string name, string value, TlsSecurityLevel level, string match)
    {
        var policy = (await Make(out _, (name, value)).FindAsync("example.com", "mx.test", default)).Policy!;
        policy.Level.ShouldBe(level);
        string.Join(' ', policy.Match).ShouldBe(match);
    }

    [Fact]
    public async Task Enforce_tls_without_the_name_is_encrypt() =>
        (await Make(out _, ("smtp_enforce_tls", "yes"), ("smtp_tls_enforce_peername", "no")).FindAsync("example.com", "mx.test", default))
            .Policy!.Level.ShouldBe(TlsSecurityLevel.Encrypt);

    [Fact]
    public async Task Protocols_are_those_of_the_level_unless_the_destination_has_its_own()
    {
        var policies = Make(out _, ("smtp_tls_security_level", "may"), ("smtp_tls_protocols", "TLSv1.2"), ("smtp_tls_mandatory_protocols", ">=TLSv1.3"),
            ("smtp_tls_policy_maps", "inline:{ { a.test = encrypt }, { b.test = encrypt protocols=TLSv1.2:TLSv1.3 } }"));
        (await policies.FindAsync("other.test", "", default)).Policy!.Protocols.ShouldBe(SslProtocols.Tls12);
        (await policies.FindAsync("a.test", "", default)).Policy!.Protocols.ShouldBe(SslProtocols.Tls13);
        (await policies.FindAsync("b.test", "", default)).Policy!.Protocols.ShouldBe(SslProtocols.Tls12 | SslProtocols.Tls13);
    }

    [Theory]
    [InlineData("none", "a.test", "NONE", "mx.test", "MAY", TlsSecurityLevel.None)]
    [InlineData("none", "a.test", "MAY", "mx.test", "NONE", TlsSecurityLevel.None)]
    [InlineData("none", "a.test", "MAY", "x", "MAY", TlsSecurityLevel.May)]
    [InlineData("verify", "a.test", "MAY", "x", "MAY", TlsSecurityLevel.Verify)]
    [InlineData("verify", "a.test", "NONE", "x", "MAY", TlsSecurityLevel.None)]
    [InlineData("none", "a.test", "MUST_NOPEERMATCH", "mx.test", "MUST", TlsSecurityLevel.Verify)]
    [InlineData("none", "a.test", "MUST_NOPEERMATCH", "mx.test", "NONE", TlsSecurityLevel.Encrypt)]
    [InlineData("may", "y", "MUST", "x", "MUST", TlsSecurityLevel.May)]
    public async Task The_older_tables_are_asked_for_nexthop_and_host(
        string general, string first, string firstValue, string second, string secondValue, TlsSecurityLevel level)
    {
        var policies = Make(out _, ("smtp_tls_security_level", general),
            ("smtp_tls_per_site", $"inline:{{ {{ {first} = {firstValue} }}, {{ {second} = {secondValue} }} }}"));
        (await policies.FindAsync("a.test", "mx.test", default)).Policy!.Level.ShouldBe(level);
    }

    [Fact]
    public void What_the_tls_stack_does_not_know_is_a_warning_that_names_it()
    {
        Make(out var tables, ("smtp_tls_protocols", "!SSLv2,!TLSv9"), ("smtp_tls_exclude_ciphers", "RC4, FOO"));
        tables.Faults.ShouldAllBe(f => f.Severity == FaultSeverity.Warning);
        tables.Faults.ShouldContain(f => f.Parameter == "smtp_tls_protocols" && f.Message.Contains("TLSv9"));
        tables.Faults.ShouldContain(f => f.Parameter == "smtp_tls_exclude_ciphers" && f.Message.Contains("RC4"));
        tables.Faults.ShouldContain(f => f.Parameter == "smtp_tls_exclude_ciphers" && f.Message.Contains("FOO"));
    }

    [Fact]
    public void A_digest_that_is_unknown_is_an_error()
    {
        Make(out var tables, ("smtp_tls_fingerprint_digest", "crc32"));
        tables.Faults.ShouldContain(f => f.Severity == FaultSeverity.Error && f.Parameter == "smtp_tls_fingerprint_digest");
    }

    [Fact]
    public void A_level_that_could_never_be_reached_is_told_at_the_start()
    {
        Make(out var tables, ("smtp_tls_security_level", "fingerprint"));
        tables.Faults.ShouldContain(f => f.Parameter == "smtp_tls_security_level" && f.Message.Contains("nothing to match"));
    }

    private static TlsPolicies Make(out LookupTableSet tables, params (string Name, string Value)[] settings)
    {
        var config = ConfigSnapshot.With(settings);
        tables = new LookupTableSet(config, new FakeTimeProvider(), _ => { });
        return new TlsPolicies(config, TlsClientParameters.Smtp, tables);
    }
}
