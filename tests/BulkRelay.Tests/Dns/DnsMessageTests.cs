using BulkRelay.Core.Dns;
using BulkRelay.Core.Dns.Records;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Dns;

public sealed class DnsMessageTests
{
    private static readonly byte[] Query = DnsQuery.Create("fuzz.test", DnsType.MX, useEdns: true).Octets;

    private static readonly byte[] Sample = DnsWire.Reply(Query, 0,
    [
        DnsWire.Record("fuzz.test", DnsType.MX, 60, DnsWire.Mx(10, "mx.fuzz.test")),
        DnsWire.Record("fuzz.test", DnsType.A, 60, DnsWire.Address("192.0.2.1")),
        DnsWire.Record("fuzz.test", DnsType.AAAA, 60, DnsWire.Address("2001:db8::1")),
        DnsWire.Record("fuzz.test", DnsType.TXT, 60, DnsWire.Txt("one", "two")),
        DnsWire.Record("fuzz.test", DnsType.CNAME, 60, DnsWire.Name("other.test")),
        DnsWire.Record("fuzz.test", DnsType.TLSA, 60, [3, 1, 1, 9, 9]),
        DnsWire.Record("fuzz.test", (DnsType)999, 60, [1, 2, 3]),
    ], [DnsWire.Record("fuzz.test", DnsType.SOA, 60, DnsWire.Soa("fuzz.test", 5))]);

    [Fact]
    public void The_sample_is_read_in_full()
    {
        var message = DnsMessage.TryParse(Sample).ShouldNotBeNull();
        message.Answers.Select(r => r.Type).ShouldBe([DnsType.MX, DnsType.A, DnsType.AAAA, DnsType.TXT, DnsType.CNAME, DnsType.TLSA]);
        message.Authority.ShouldHaveSingleItem().ShouldBeOfType<SoaRecord>();
    }

    [Fact]
    public void A_message_cut_anywhere_is_malformed_and_never_throws()
    {
        for (var length = 0; length < Sample.Length; length++) DnsMessage.TryParse(Sample.AsSpan(0, length)).ShouldBeNull();
    }

    [Fact]
    public void Octets_changed_at_random_never_throw()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 50_000; round++)
        {
            var octets = Sample.ToArray();
            for (var changes = random.Next(1, 8); changes > 0; changes--) octets[random.Next(octets.Length)] = (byte)random.Next(256);
            DnsMessage.TryParse(octets);
        }
    }

    [Fact]
    public void Random_octets_never_throw()
    {
        var random = new Random(20261122);
        for (var round = 0; round < 20_000; round++)
        {
            var octets = new byte[random.Next(0, 600)];
            random.NextBytes(octets);
            DnsMessage.TryParse(octets);
        }
    }

    [Theory]
    [InlineData(127, true)]
    [InlineData(128, false)]
    public void A_chain_of_pointers_longer_than_any_honest_name_is_refused(int pointers, bool isRead)
    {
        // Each pointer points to the one before it, the first to the root.
        byte[] octets = [0, .. Enumerable.Range(0, pointers).SelectMany(i => DnsWire.UInt16(0xC000 | Math.Max(0, 2 * i - 1)))];
        var at = octets.Length - 2;
        DnsName.TryRead(octets, ref at, out _).ShouldBe(isRead);
    }

    [Fact]
    public void More_records_than_any_honest_answer_has_are_refused()
    {
        var record = DnsWire.Record("", DnsType.A, 60, DnsWire.Address("192.0.2.1"));
        DnsMessage.TryParse(DnsWire.Reply(Query, 0, [.. Enumerable.Repeat(record, 2000)])).ShouldNotBeNull();
        DnsMessage.TryParse(DnsWire.Reply(Query, 0, [.. Enumerable.Repeat(record, 2001)])).ShouldBeNull();
    }

    [Fact]
    public void A_name_with_a_forward_pointer_or_a_circle_is_refused()
    {
        foreach (var octets in new byte[][] { [0xC0, 0], [0xC0, 2, 0], [1, (byte)'a', 0xC0, 0], [0xC0], [0x80, 0], [0x40], [3, 1], [] })
        {
            var at = 0;
            DnsName.TryRead(octets, ref at, out _).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_name_of_255_octets_is_read_and_one_of_256_refused()
    {
        var longest = string.Join('.', new string('a', 63), new string('b', 63), new string('c', 63), new string('d', 61));
        var at = 0;
        DnsName.TryRead(DnsWire.Name(longest), ref at, out var name).ShouldBeTrue();
        (name, at).ShouldBe((longest, 255));
        at = 0;
        DnsName.TryRead(DnsWire.Name(longest + "d"), ref at, out _).ShouldBeFalse();
        DnsName.TryNormalize(longest, out _).ShouldBeTrue();
        DnsName.TryNormalize(longest + "d", out _).ShouldBeFalse();
    }

    [Fact]
    public void A_compressed_name_is_read_to_its_end_and_reading_goes_on_behind_the_pointer()
    {
        byte[] octets = [.. DnsWire.Name("example.test"), 2, (byte)'M', (byte)'x', 0xC0, 0, 99];
        var at = DnsWire.Name("example.test").Length;
        DnsName.TryRead(octets, ref at, out var name).ShouldBeTrue();
        (name, octets[at]).ShouldBe(("mx.example.test", (byte)99));
    }

    [Fact]
    public void Octets_that_would_be_mistaken_are_escaped()
    {
        var at = 0;
        DnsName.TryRead([5, (byte)'a', (byte)'.', (byte)'\n', 0, 200, 0], ref at, out var name).ShouldBeTrue();
        name.ShouldBe(@"a\046\010\000\200");
        DnsName.IsHostName(name).ShouldBeFalse();
    }

    [Fact]
    public void Every_name_survives_the_way_to_the_wire_and_back()
    {
        var random = new Random(7);
        Span<byte> buffer = stackalloc byte[DnsName.MaxLength];
        for (var round = 0; round < 1000; round++)
        {
            var name = string.Join('.', Enumerable.Range(0, random.Next(1, 5)).Select(_ => new string((char)random.Next('a', 'z'), random.Next(1, 60))));
            DnsName.TryNormalize(name, out var normal).ShouldBeTrue();
            var length = DnsName.Write(normal, buffer);
            var at = 0;
            DnsName.TryRead(buffer[..length], ref at, out var back).ShouldBeTrue();
            (back, at).ShouldBe((name, length));
        }
    }
}
