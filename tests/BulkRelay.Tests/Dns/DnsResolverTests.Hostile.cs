using System.Net;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Dns.Records;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Dns;

/// <summary>What zones and servers answer that mean no good.</summary>
public sealed partial class DnsResolverTests
{
    [Fact]
    public async Task Of_an_answer_with_thousands_of_records_only_the_best_are_kept()
    {
        for (var i = 0; i < 500; i++) _server.Mx("many.test", 1000 - i, $"mx{i}.many.test");
        var answer = await Query(Resolver(), "many.test", DnsType.MX);
        answer.Records.Count.ShouldBe(100);
        answer.Records.Cast<MxRecord>().Select(r => r.Preference).ShouldBe(Enumerable.Range(501, 100));
    }

    [Fact]
    public async Task Of_an_answer_with_very_long_names_only_so_much_is_kept_as_mail_can_need()
    {
        var label = new string('x', 60);
        for (var i = 0; i < 200; i++) _server.Mx("long.test", i, $"{label}.{label}.{label}.h{i}.test");
        var answer = await Query(Resolver(), "long.test", DnsType.MX);
        answer.Records.Count.ShouldBeInRange(20, 60);
        answer.Octets.ShouldBeLessThan(20_000);
    }

    [Theory]
    [InlineData("\u0001\u0002\u0003")]
    [InlineData("with blank")]
    [InlineData("back\\slash")]
    [InlineData("\u00FF\u00FE")]
    public async Task An_alias_that_leads_to_a_name_nobody_can_ask_for_is_an_answer(string label)
    {
        // 63 octets of it: written as text each of them takes four characters.
        var target = string.Concat(Enumerable.Repeat(label, 63))[..63];
        _server.Script("evil.test", DnsType.MX, query =>
            [DnsWire.Reply(query, 0, [DnsWire.Record("evil.test", DnsType.CNAME, 60, DnsWire.Name($"{target}.{target}.{target}.test"))])]);
        var answer = await Query(Resolver(), "evil.test", DnsType.MX);
        answer.Status.ShouldBe(DnsStatus.Invalid);
        answer.Reason.ShouldBe("Name service error for name=evil.test type=MX: Malformed or unexpected name server reply");
        _server.Questions.Count.ShouldBe(1);
    }

    [Fact]
    public void Whatever_name_an_answer_holds_can_be_asked_for_or_is_refused()
    {
        var random = new Random(20261201);
        for (var round = 0; round < 20_000; round++)
        {
            var wire = new List<byte>();
            for (var labels = random.Next(1, 5); labels > 0; labels--)
            {
                var label = new byte[random.Next(1, 64)];
                for (var i = 0; i < label.Length; i++) label[i] = (byte)(random.Next(8) > 0 ? random.Next('a', 'z' + 1) : random.Next(256));
                wire.AddRange([(byte)label.Length, .. label]);
            }
            wire.Add(0);
            var at = 0;
            if (!DnsName.TryRead(wire.ToArray(), ref at, out var name) || !DnsName.TryNormalize(name, out var normal)) continue;
            DnsWire.Asked(DnsQuery.Create(normal, DnsType.A, useEdns: true).Octets).ShouldBe((normal, DnsType.A));
        }
    }

    [Fact]
    public async Task Names_are_asked_for_in_a_case_that_nobody_can_guess()
    {
        var asked = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            _server.Script("case.of.letters.test", DnsType.A, query =>
            {
                asked.Add(string.Concat(DnsWire.Question(query).Select(o => (char)o)));
                return [_server.Answer(query)];
            });
            await Query(Resolver(), "case.of.letters.test", DnsType.A);
        }
        asked.Count.ShouldBeGreaterThan(15);
    }

    [Fact]
    public async Task An_answer_that_does_not_have_the_case_of_the_question_is_not_believed()
    {
        var asked = 0;
        _server.Host("case.of.letters.test", "192.0.2.1").Script("case.of.letters.test", DnsType.A, query =>
        {
            // By UDP somebody is faster who has guessed the id and the port; by TCP he has no way.
            if (asked++ > 0) return [_server.Answer(query)];
            var forged = DnsWire.Reply(query, 0, [DnsWire.Record("case.of.letters.test", DnsType.A, 60, DnsWire.Address("203.0.113.66"))]);
            for (var i = 0; i < DnsWire.Question(query).Length - 4; i++)
                if (char.IsAsciiLetter((char)forged[DnsWire.HeaderLength + i])) forged[DnsWire.HeaderLength + i] ^= 0x20;
            return [forged];
        });
        (await One<AddressRecord>("case.of.letters.test", DnsType.A)).Address.ShouldBe(IPAddress.Parse("192.0.2.1"));
        _server.Questions.Select(q => q.IsTcp).ShouldBe([false, true]);
    }

    [Theory]
    [InlineData("other.test")]
    [InlineData("one.test")]
    [InlineData("deep.none.test")]
    public async Task Absence_is_not_kept_on_the_word_of_another_zone(string zone)
    {
        _server.Script("none.test", DnsType.A, query =>
            [DnsWire.Reply(query, 3, [], [DnsWire.Record(zone, DnsType.SOA, 3600, DnsWire.Soa(zone, 3600))])]);
        var resolver = Resolver();
        for (var i = 0; i < 2; i++) (await Query(resolver, "none.test", DnsType.A)).Status.ShouldBe(DnsStatus.NoSuchName);
        _server.Questions.Count.ShouldBe(2);
    }
}
