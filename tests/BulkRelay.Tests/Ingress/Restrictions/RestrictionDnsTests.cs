using BulkRelay.Core.Configuration;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Dns.Records;
using BulkRelay.Core.Ingress.Restrictions;

namespace BulkRelay.Tests.Ingress.Restrictions;

public sealed class RestrictionDnsTests
{
    private readonly List<string> _asked = [];

    [Fact]
    public async Task A_session_asks_for_a_name_once()
    {
        var dns = new RestrictionDns((name, type, _) => Answer(name, type, 1), InetProtocols.All);
        for (var i = 0; i < 3; i++) await dns.QueryAsync("a.test", DnsType.MX, default);
        _asked.ShouldBe(["a.test"]);
    }

    [Fact]
    public async Task A_session_does_not_keep_more_of_large_answers_than_its_share()
    {
        var dns = new RestrictionDns((name, type, _) => Answer(name, type, 100), InetProtocols.All);
        for (var i = 0; i < 60; i++) await dns.QueryAsync($"h{i}.test", DnsType.MX, default);
        Enumerable.Range(0, 60).Count(i => dns.Knows($"h{i}.test", DnsType.MX)).ShouldBeLessThan(12);
    }

    private ValueTask<DnsAnswer> Answer(string name, DnsType type, int count)
    {
        _asked.Add(name);
        var hosts = Enumerable.Range(0, count).Select(i => new MxRecord(name, TimeSpan.FromHours(1), i, $"{new string('a', 60)}.{new string('b', 60)}.n{i}.test"));
        return new(DnsAnswer.Found(name, type, [.. hosts]));
    }
}
