using System.Net;
using System.Text;
using BulkRelay.Core.Ingress.Proxying;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.Ingress.Proxying;

/// <summary>The PROXY protocol as its specification and Postfix read it.</summary>
public sealed class ProxyHeaderTests
{
    private const string Signature = "\r\n\r\n\0\r\nQUIT\n";
    private const string Addresses4 = "\xc0\x00\x02\x07\x0a\x00\x00\x01\x04\xd2\x00\x19";

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 1234 25\r\n", "192.0.2.7:1234", "10.0.0.1:25")]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 1234 25\n", "192.0.2.7:1234", "10.0.0.1:25")]
    [InlineData("PROXY TCP6 2001:db8::7 2001:db8::1 1234 25\r\n", "[2001:db8::7]:1234", "[2001:db8::1]:25")]
    [InlineData(Signature + "\x21\x11\x00\x0c" + Addresses4, "192.0.2.7:1234", "10.0.0.1:25")]
    [InlineData(Signature + "\x21\x11\x00\x10" + Addresses4 + "\x04\x00\x01\x00", "192.0.2.7:1234", "10.0.0.1:25")]
    [InlineData(Signature + "\x21\x21\x00\x24 \x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07 \x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x04\xd2\x00\x19",
        "[2001:db8::7]:1234", "[2001:db8::1]:25")]
    public void A_header_says_who_the_client_is(string header, string client, string server)
    {
        var octets = Encoding.Latin1.GetBytes(header);
        ProxyHeader.Measure(octets).ShouldBe(octets.Length);
        ProxyHeader.Parse(octets, out _).ShouldBe(new ProxyHeader(IPEndPoint.Parse(client), IPEndPoint.Parse(server)));
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("PROXY UNKNOWN\n")]
    [InlineData("PROXY UNKNOWN ffff::1 whatever 1 2\r\n")]
    [InlineData(Signature + "\x20\x00\x00\x00")]
    [InlineData(Signature + "\x20\x11\x00\x0c" + Addresses4)]
    [InlineData(Signature + "\x21\x00\x00\x03xyz")]
    public void A_header_may_say_that_the_connection_stands_for_itself(string header)
    {
        var octets = Encoding.Latin1.GetBytes(header);
        ProxyHeader.Measure(octets).ShouldBe(octets.Length);
        ProxyHeader.Parse(octets, out _).ShouldBe(new ProxyHeader(null, null));
    }

    [Theory]
    [InlineData("PROXY BLAH\r\n", "bad or missing protocol type")]
    [InlineData("PROXY \r\n", "bad or missing protocol type")]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 1234 25\r\r\n", "bad or missing server address")]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 1234\r\n", "wrong number of fields")]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 1234 25 x\r\n", "wrong number of fields")]
    [InlineData("PROXY TCP4 192.0.2 10.0.0.1 1234 25\r\n", "bad or missing client address")]
    [InlineData("PROXY TCP4 2001:db8::7 10.0.0.1 1234 25\r\n", "bad or missing client address")]
    [InlineData("PROXY TCP6 192.0.2.7 2001:db8::1 1234 25\r\n", "bad or missing client address")]
    [InlineData("PROXY TCP6 fe80::1%1 2001:db8::1 1234 25\r\n", "bad or missing client address")]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 65536 25\r\n", "bad or missing client address")]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 01234 25\r\n", "bad or missing client address")]
    [InlineData("PROXY TCP4 192.0.2.7 10.0.0.1 1234 -5\r\n", "bad or missing server address")]
    [InlineData(Signature + "\x31\x11\x00\x0c" + Addresses4, "unrecognized protocol version")]
    [InlineData(Signature + "\x22\x11\x00\x0c" + Addresses4, "unrecognized protocol version")]
    [InlineData(Signature + "\x21\x12\x00\x0c" + Addresses4, "unsupported network protocol")]
    [InlineData(Signature + "\x21\x31\x00\x0c" + Addresses4, "unsupported network protocol")]
    [InlineData(Signature + "\x21\x11\x00\x0b\xc0\x00\x02\x07\x0a\x00\x00\x01\x04\xd2\x00", "short address field")]
    public void A_header_that_makes_no_sense_is_refused(string header, string expected)
    {
        var octets = Encoding.Latin1.GetBytes(header);
        ProxyHeader.Measure(octets).ShouldBe(octets.Length);
        ProxyHeader.Parse(octets, out var fault).ShouldBeNull();
        fault.ShouldBe(expected);
    }

    [Theory]
    [InlineData("EHLO x\r\n")]
    [InlineData("\x16\x03\x01")]
    [InlineData("PROXX")]
    [InlineData("\r\n\r\n\r")]
    [InlineData(Signature + "\x21\x11\xff\xff")]
    public void Anything_else_is_known_at_once_not_to_be_one(string begin) => ProxyHeader.Measure(Encoding.Latin1.GetBytes(begin)).ShouldBe(-1);

    [Fact]
    public void A_line_that_does_not_end_is_given_up()
    {
        var line = Encoding.Latin1.GetBytes("PROXY TCP4 " + new string('1', 200));
        for (var length = 0; length < line.Length; length++) ProxyHeader.Measure(line.AsSpan(0, length)).ShouldBe(length < 107 ? 0 : -1);
    }

    [Fact]
    public void Whatever_comes_the_answer_is_sound() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), Gen.Elements(Signature, "PROXY ", "PROXY TCP4 ", Signature + "\x21\x11", "").ToArbitrary(), (tail, head) =>
        {
            byte[] octets = [.. Encoding.Latin1.GetBytes(head), .. tail];
            var length = ProxyHeader.Measure(octets);
            if (length > 0) ProxyHeader.Parse(octets.AsSpan(0, length), out _);
            return length >= -1 && length <= octets.Length;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
}
