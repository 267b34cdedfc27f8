using BulkRelay.Core.Dns;
using BulkRelay.Core.Dns.Records;
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

    [Fact]
    public void Large_answers_make_room_too_and_their_memory_never_grows_over_the_limit()
    {
        const int limit = 200_000;
        var cache = Cache(50_000, limit);
        for (var i = 0; i < 100; i++)
        {
            cache.Add(DnsAnswer.Found($"h{i}.test", DnsType.MX, ManyLong($"h{i}.test", 2000)) with { Ttl = TimeSpan.FromMinutes(1) });
            cache.Octets.ShouldBeLessThanOrEqualTo(limit);
        }
        cache.Count.ShouldBeInRange(5, 20);
        cache.Find("h99.test", DnsType.MX).ShouldNotBeNull();
        cache.Find("h0.test", DnsType.MX).ShouldBeNull();
    }

    [Fact]
    public void An_answer_that_is_larger_than_the_whole_cache_leaves_the_others_there()
    {
        var cache = Cache(10, 5_000);
        cache.Add(Answer("a.test"));
        cache.Add(DnsAnswer.Found("h.test", DnsType.MX, ManyLong("h.test", 50)) with { Ttl = TimeSpan.FromMinutes(1) });
        cache.Find("a.test", DnsType.A).ShouldNotBeNull();
        cache.Count.ShouldBe(1);
    }

    /// <summary>The estimate has to be worth something: real memory is what runs out.</summary>
    [Fact]
    public void The_memory_that_is_counted_is_about_the_memory_that_is_taken()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var answer = DnsAnswer.Found("h.test", DnsType.MX, ManyLong("h.test", 20));
        var made = GC.GetAllocatedBytesForCurrentThread() - before;
        ((long)answer.Octets).ShouldBeInRange(made / 4, 2 * made);
    }

    private static List<DnsRecord> ManyLong(string owner, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
            new MxRecord(new string(owner.AsSpan()), TimeSpan.FromHours(1), i, $"{new string('a', 60)}.{new string('b', 60)}.{new string('c', 60)}.n{i}.test")),
    ];

    private static DnsCache Cache(int size, long memory = 1_000_000) => new(new DnsSettings
    {
        Servers = [],
        Timeout = TimeSpan.FromSeconds(1),
        Attempts = 1,
        CacheSize = size,
        CacheMemoryLimit = memory,
        MaxTtl = TimeSpan.FromHours(1),
        MaxNegativeTtl = TimeSpan.FromHours(1),
    }, new FakeTimeProvider());

    private static DnsAnswer Answer(string name) => DnsAnswer.NoData(name, DnsType.A) with { Ttl = TimeSpan.FromMinutes(1) };
}
