using BulkRelay.Core.Dns;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Dns;

public sealed class DnsCacheTests
{
    [Fact]
    public void The_oldest_answers_make_room_and_the_number_never_grows_over_the_limit()
    {
        var cache = Cache(3);
        for (var i = 0; i < 10; i++)
        {
            cache.Add(Answer($"n{i}.test"));
            cache.Count.ShouldBeLessThanOrEqualTo(3);
        }
        cache.Find("n6.test", DnsType.A).ShouldBeNull();
        cache.Find("n7.test", DnsType.A).ShouldNotBeNull();
    }

    [Fact]
    public void An_answer_that_was_replaced_does_not_take_the_new_one_away_with_it()
    {
        var cache = Cache(2);
        cache.Add(Answer("a.test"));
        cache.Add(Answer("a.test"));
        cache.Add(Answer("b.test"));
        cache.Find("a.test", DnsType.A).ShouldNotBeNull();
        cache.Find("b.test", DnsType.A).ShouldNotBeNull();
    }

    [Fact]
    public void A_cache_of_size_zero_keeps_nothing()
    {
        var cache = Cache(0);
        cache.Add(Answer("a.test"));
        cache.Count.ShouldBe(0);
    }

    private static DnsCache Cache(int size) => new(new DnsSettings
    {
        Servers = [],
        Timeout = TimeSpan.FromSeconds(1),
        Attempts = 1,
        CacheSize = size,
        MaxTtl = TimeSpan.FromHours(1),
        MaxNegativeTtl = TimeSpan.FromHours(1),
    }, new FakeTimeProvider());

    private static DnsAnswer Answer(string name) => DnsAnswer.NoData(name, DnsType.A) with { Ttl = TimeSpan.FromMinutes(1) };
}
