using System.Net;
using System.Net.Sockets;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Dns.Records;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Dns;

public sealed partial class DnsResolverTests : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly FakeDnsServer _server = new();
    private readonly FakeTimeProvider _time = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task All_record_types_are_read()
    {
        _server.Host("all.test", "192.0.2.1", "2001:db8::1")
            .Mx("all.test", 10, "mx.all.test")
            .Add("all.test", DnsType.TXT, 60, DnsWire.Txt("v=spf1 ", "-all"))
            .Add("all.test", DnsType.TLSA, 60, [3, 1, 1, 0xAB, 0xCD])
            .Add("all.test", DnsType.SOA, 60, DnsWire.Soa("all.test", 77))
            .Pointer("192.0.2.1", "all.test");

        (await One<AddressRecord>("all.test", DnsType.A)).Address.ShouldBe(IPAddress.Parse("192.0.2.1"));
        (await One<AddressRecord>("all.test", DnsType.AAAA)).Address.ShouldBe(IPAddress.Parse("2001:db8::1"));
        (await One<MxRecord>("all.test", DnsType.MX)).ShouldSatisfyAllConditions(mx => mx.Preference.ShouldBe(10), mx => mx.Exchange.ShouldBe("mx.all.test"));
        (await One<TxtRecord>("all.test", DnsType.TXT)).Text.ShouldBe("v=spf1 -all");
        var tlsa = await One<TlsaRecord>("all.test", DnsType.TLSA);
        (tlsa.Usage, tlsa.Selector, tlsa.MatchingType).ShouldBe(((byte)3, (byte)1, (byte)1));
        tlsa.Association.ToArray().ShouldBe([0xAB, 0xCD]);
        (await One<SoaRecord>("all.test", DnsType.SOA)).Minimum.ShouldBe(TimeSpan.FromSeconds(77));
        (await One<PtrRecord>("1.2.0.192.in-addr.arpa", DnsType.PTR)).Host.ShouldBe("all.test");
    }

    [Fact]
    public async Task Nothing_there_is_an_answer_with_the_words_of_Postfix()
    {
        _server.Host("host.test", "192.0.2.1");
        var none = await Query(Resolver(), "none.test", DnsType.MX);
        none.Status.ShouldBe(DnsStatus.NoSuchName);
        none.Reason.ShouldBe("Host or domain name not found. Name service error for name=none.test type=MX: Host not found");
        var empty = await Query(Resolver(), "host.test", DnsType.MX);
        empty.Status.ShouldBe(DnsStatus.NoData);
        empty.Reason.ShouldBe("Host or domain name not found. Name service error for name=host.test type=MX: Host found but no data record of requested type");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public async Task An_error_code_is_a_temporary_failure_after_all_rounds(int code)
    {
        _server.Fail("bad.test", DnsType.A, code);
        var answer = await Query(Resolver(), "bad.test", DnsType.A);
        answer.Status.ShouldBe(DnsStatus.Temporary);
        answer.Reason.ShouldBe("Host or domain name not found. Name service error for name=bad.test type=A: Host not found, try again");
        answer.Detail.ShouldContain(_server.Address);
        _server.Questions.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_next_server_is_asked_when_one_fails()
    {
        await using var second = new FakeDnsServer();
        _server.Fail("a.test", DnsType.A);
        second.Host("a.test", "192.0.2.9");
        (await Query(Resolver(_server, second), "a.test", DnsType.A)).Status.ShouldBe(DnsStatus.Found);
        _server.Questions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_silent_server_is_left_after_the_time_out_and_the_next_one_asked()
    {
        await using var second = new FakeDnsServer();
        _server.Silence("a.test", DnsType.A);
        second.Host("a.test", "192.0.2.9");
        var answer = Query(Resolver(_server, second), "a.test", DnsType.A);
        await _server.WaitForQuestionAsync();
        second.Questions.ShouldBeEmpty();
        _time.Advance(Timeout);
        (await answer).Status.ShouldBe(DnsStatus.Found);
    }

    [Fact]
    public async Task Silence_of_all_servers_in_all_rounds_is_a_temporary_failure()
    {
        _server.Silence("a.test", DnsType.A);
        var answer = Query(Resolver(), "a.test", DnsType.A);
        for (var round = 0; round < 2; round++)
        {
            await _server.WaitForQuestionAsync();
            answer.IsCompleted.ShouldBeFalse();
            _time.Advance(Timeout);
        }
        (await answer).Detail.ShouldBe($"{_server.Address}: timed out");
        _server.Questions.Select(q => q.HasEdns).ShouldBe([true, false]);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_a_temporary_failure_at_once()
    {
        await _server.DisposeAsync();
        (await Query(Resolver(), "a.test", DnsType.A)).Status.ShouldBe(DnsStatus.Temporary);
    }

    [Fact]
    public async Task A_truncated_answer_is_asked_for_again_by_TCP()
    {
        for (var i = 0; i < 90; i++) _server.Mx("many.test", i, $"mx{i}.many.test");
        (await Query(Resolver(), "many.test", DnsType.MX)).Records.Count.ShouldBe(90);
        _server.Questions.Select(q => q.IsTcp).ShouldBe([false, true]);
    }

    [Fact]
    public async Task A_server_without_EDNS_is_asked_again_without()
    {
        _server.RefusesEdns = true;
        _server.Host("a.test", "192.0.2.1");
        (await Query(Resolver(), "a.test", DnsType.A)).Status.ShouldBe(DnsStatus.Found);
        _server.Questions.Select(q => q.HasEdns).ShouldBe([true, false]);
    }

    [Fact]
    public async Task Answers_that_are_not_for_the_question_are_ignored()
    {
        _server.Host("a.test", "192.0.2.1").Script("a.test", DnsType.A, query =>
        {
            byte[] good = _server.Answer(query), forged = DnsWire.Reply(query, 0, [DnsWire.Record("a.test", DnsType.A, 60, DnsWire.Address("203.0.113.66"))]);
            byte[] wrongId = [(byte)(forged[0] ^ 1), .. forged[1..]], noResponse = [.. forged[..2], 0x01, .. forged[3..]];
            var otherName = forged.ToArray();
            otherName[DnsWire.HeaderLength + 1] = (byte)'b';
            var otherType = forged.ToArray();
            otherType[DnsWire.HeaderLength + DnsWire.Question(query).Length - 3] = 15;
            return [[], [1], new byte[11], "garbage garbage garbage"u8.ToArray(), wrongId, noResponse, otherName, otherType, good];
        });
        (await One<AddressRecord>("a.test", DnsType.A)).Address.ShouldBe(IPAddress.Parse("192.0.2.1"));
    }

    [Fact]
    public async Task An_answer_from_another_port_is_ignored()
    {
        using var rogue = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _server.Host("a.test", "192.0.2.1").Script("a.test", DnsType.A, query =>
        {
            var forged = DnsWire.Reply(query, 0, [DnsWire.Record("a.test", DnsType.A, 60, DnsWire.Address("203.0.113.66"))]);
            rogue.SendTo(forged, new IPEndPoint(IPAddress.Loopback, _server.Questions[^1].SourcePort));
            return [_server.Answer(query)];
        });
        (await One<AddressRecord>("a.test", DnsType.A)).Address.ShouldBe(IPAddress.Parse("192.0.2.1"));
    }

    [Fact]
    public async Task Ids_and_source_ports_differ_from_query_to_query()
    {
        var resolver = Resolver();
        for (var i = 0; i < 20; i++) await Query(resolver, $"n{i}.test", DnsType.A);
        _server.Questions.Select(q => q.Id).Distinct().Count().ShouldBeGreaterThan(15);
        _server.Questions.Select(q => q.SourcePort).Distinct().Count().ShouldBeGreaterThan(15);
    }

    [Fact]
    public async Task Malformed_records_are_a_temporary_failure()
    {
        // An MX record whose exchange is a pointer to itself.
        _server.Script("loop.test", DnsType.MX, query =>
        {
            var pointer = DnsWire.HeaderLength + DnsWire.Question(query).Length + DnsWire.Name("loop.test").Length + 10 + 2;
            return [DnsWire.Reply(query, 0, [DnsWire.Record("loop.test", DnsType.MX, 60, [0, 10, (byte)(0xC0 | pointer >> 8), (byte)pointer])])];
        });
        var answer = await Query(Resolver(), "loop.test", DnsType.MX);
        answer.Status.ShouldBe(DnsStatus.Temporary);
        answer.Detail.ShouldBe($"{_server.Address}: malformed answer");
    }

    [Fact]
    public async Task A_referral_is_no_answer()
    {
        _server.Script("a.test", DnsType.A, query =>
        {
            var referral = DnsWire.Reply(query, 0, [], [DnsWire.Record("test", (DnsType)2, 60, DnsWire.Name("ns.test"))]);
            referral[3] &= 0x7F;
            return [referral];
        });
        (await Query(Resolver(), "a.test", DnsType.A)).Status.ShouldBe(DnsStatus.Temporary);
    }

    [Fact]
    public async Task Aliases_are_followed_within_an_answer_and_by_new_questions()
    {
        _server.Alias("one.test", "two.test").Alias("two.test", "three.test").Host("three.test", "192.0.2.3");
        var answer = await Query(Resolver(), "one.test", DnsType.A);
        answer.Records.ShouldHaveSingleItem().Name.ShouldBe("three.test");
        answer.Name.ShouldBe("one.test");
        _server.Questions.Select(q => q.Name).ShouldBe(["one.test", "two.test", "three.test"]);

        _server.Script("four.test", DnsType.A, query => [DnsWire.Reply(query, 0,
        [
            DnsWire.Record("three.test", DnsType.A, 60, DnsWire.Address("192.0.2.3")),
            DnsWire.Record("four.test", DnsType.CNAME, 60, DnsWire.Name("three.test")),
            DnsWire.Record("other.test", DnsType.A, 60, DnsWire.Address("203.0.113.66")),
        ])]);
        (await One<AddressRecord>("four.test", DnsType.A)).Address.ShouldBe(IPAddress.Parse("192.0.2.3"));
    }

    [Fact]
    public async Task An_alias_may_be_asked_for_itself() =>
        (await new DnsResolver(Settings(_server.Alias("one.test", "two.test")), _time).QueryAsync("one.test", DnsType.CNAME, default))
            .Records.Cast<CnameRecord>().Single().Target.ShouldBe("two.test");

    [Fact]
    public async Task Aliases_in_a_circle_or_without_end_lead_nowhere()
    {
        _server.Alias("a.test", "b.test").Alias("b.test", "a.test");
        for (var i = 0; i < 40; i++) _server.Alias($"long{i}.test", $"long{i + 1}.test");
        var circle = await Query(Resolver(), "a.test", DnsType.A);
        circle.Status.ShouldBe(DnsStatus.NoSuchName);
        circle.Reason.ShouldBe("Name server loop for a.test");
        (await Query(Resolver(), "long0.test", DnsType.A)).Reason.ShouldBe("Name server loop for long0.test");
        _server.Questions.Count.ShouldBeLessThan(20);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("two words.test")]
    [InlineData("ctrl\u0001.test")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test")]
    public async Task A_name_that_cannot_exist_is_never_asked_for(string name)
    {
        var answer = await Query(Resolver(), name, DnsType.A);
        answer.Status.ShouldBe(DnsStatus.Invalid);
        answer.Reason.ShouldBe($"Name service error for {name}: invalid host or domain name");
        _server.Questions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Names_of_every_language_are_asked_for_as_A_labels()
    {
        _server.Host("xn--bcher-kva.test", "192.0.2.1");
        (await Query(Resolver(), "Bücher.TEST.", DnsType.A)).Name.ShouldBe("xn--bcher-kva.test");
    }

    [Fact]
    public async Task The_AD_bit_is_reported_and_an_alias_from_elsewhere_takes_it_away()
    {
        _server.IsValidating = true;
        _server.Host("signed.test", "192.0.2.1");
        _server.Script("unsigned.test", DnsType.A, query => [DnsWire.Reply(query, 0, [DnsWire.Record("unsigned.test", DnsType.CNAME, 60, DnsWire.Name("signed.test"))])]);
        (await Query(Resolver(), "signed.test", DnsType.A)).IsAuthenticated.ShouldBeTrue();
        (await Query(Resolver(), "unsigned.test", DnsType.A)).IsAuthenticated.ShouldBeFalse();
    }

    [Fact]
    public async Task Records_are_kept_for_their_time_to_live_and_no_longer()
    {
        _server.Mx("a.test", 10, "mx.test", ttl: 100);
        var resolver = Resolver();
        await Query(resolver, "a.test", DnsType.MX);
        _time.Advance(TimeSpan.FromSeconds(99));
        await Query(resolver, "A.test.", DnsType.MX);
        _server.Questions.Count.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Query(resolver, "a.test", DnsType.MX);
        _server.Questions.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(int.MaxValue, 3599, 1)]
    [InlineData(int.MaxValue, 3600, 2)]
    [InlineData(0x80000000, 0, 2)]
    [InlineData(0, 0, 2)]
    public async Task A_time_to_live_is_capped_and_zero_or_nonsense_is_not_kept(long ttl, int later, int questions)
    {
        _server.Mx("a.test", 10, "mx.test", ttl);
        var resolver = Resolver();
        await Query(resolver, "a.test", DnsType.MX);
        _time.Advance(TimeSpan.FromSeconds(later));
        await Query(resolver, "a.test", DnsType.MX);
        _server.Questions.Count.ShouldBe(questions);
    }

    [Fact]
    public async Task Absence_is_kept_as_long_as_the_zone_says_and_failures_are_not_kept()
    {
        _server.NegativeTtl = 30;
        _server.Fail("bad.test", DnsType.A);
        var resolver = Resolver();
        for (var second = 0; second < 30; second++, _time.Advance(TimeSpan.FromSeconds(1))) await Query(resolver, "none.test", DnsType.A);
        _server.Questions.Count.ShouldBe(1);
        await Query(resolver, "none.test", DnsType.A);
        _server.Questions.Count.ShouldBe(2);
        await Query(resolver, "bad.test", DnsType.A);
        await Query(resolver, "bad.test", DnsType.A);
        _server.Questions.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Equal_questions_share_one_query_and_one_may_stop_waiting()
    {
        _server.Silence("a.test", DnsType.A);
        var resolver = Resolver();
        using var impatient = new CancellationTokenSource();
        var first = resolver.QueryAsync("a.test", DnsType.A, impatient.Token).AsTask();
        var others = Enumerable.Range(0, 50).Select(_ => Query(resolver, "a.test", DnsType.A)).ToList();
        await _server.WaitForQuestionAsync();
        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        _time.Advance(Timeout);
        await _server.WaitForQuestionAsync();
        _time.Advance(Timeout);
        (await Task.WhenAll(others)).ShouldAllBe(a => a.Status == DnsStatus.Temporary);
        _server.Questions.Count.ShouldBe(2);
    }

    private static DnsSettings Settings(params FakeDnsServer[] servers) => new()
    {
        Servers = [.. servers.Select(s => s.EndPoint)],
        Timeout = Timeout,
        Attempts = 2,
        CacheSize = 100,
        CacheMemoryLimit = 1_000_000,
        MaxTtl = TimeSpan.FromHours(1),
        MaxNegativeTtl = TimeSpan.FromMinutes(5),
    };

    private static Task<DnsAnswer> Query(DnsResolver resolver, string name, DnsType type) => resolver.QueryAsync(name, type, default).AsTask();

    private DnsResolver Resolver() => Resolver(_server);

    private DnsResolver Resolver(params FakeDnsServer[] servers) => new(Settings(servers), _time);

    private async Task<T> One<T>(string name, DnsType type) where T : DnsRecord =>
        (await Query(Resolver(), name, type)).Records.ShouldHaveSingleItem().ShouldBeOfType<T>();
}
