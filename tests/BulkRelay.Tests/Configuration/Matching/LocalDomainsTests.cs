using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Tests.Configuration.Matching;

public sealed class LocalDomainsTests
{
    [Theory]
    [InlineData("here.test", true)]
    [InlineData("[127.0.0.1]", true)]
    [InlineData("[IPv6:::ffff:127.0.0.1]", true)]
    [InlineData("[192.0.2.1]", true)]
    [InlineData("[127.0.0.2]", false)]
    [InlineData("[192.0.2.2]", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("[here.test]", false)]
    [InlineData("there.test", false)]
    public async Task Own_addresses_are_local_domains(string domain, bool isLocal)
    {
        var snapshot = ConfigSnapshot.With(("mydestination", "here.test"), ("inet_interfaces", "127.0.0.1"), ("proxy_interfaces", "192.0.2.1"));
        var domains = new LocalDomains(snapshot, new LookupTableSet(snapshot, TimeProvider.System, _ => { }), parentsMatch: false);
        (await domains.MatchAsync(domain, default)).IsMatch.ShouldBe(isLocal);
    }
}
