using System.Text;
using BulkRelay.Core.Ingress.Cleanup;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.Ingress.Cleanup;

public sealed class SenderHeadersTests
{
    [Theory]
    [InlineData("From: erna@a.test", "erna@a.test")]
    [InlineData("FROM : Erna <erna@a.test>", "erna@a.test")]
    [InlineData("From: \"Erna, the <first>\" < erna@a.test >", "erna@a.test")]
    [InlineData("From: erna@a.test (Erna, born (Meier \\) Muster))", "erna@a.test")]
    [InlineData("From: erna@a.test, otto, Paul\r\n <paul@b.test>", "erna@a.test|otto|paul@b.test")]
    [InlineData("Reply-To: team: erna@a.test, otto@b.test;, x@c.test", "erna@a.test|otto@b.test|x@c.test")]
    [InlineData("Sender: \"a b\"@c.test", "\"a b\"@c.test")]
    [InlineData("Sender: erna@[IPv6:::1]", "erna@[IPv6:::1]")]
    [InlineData("From: Erna <erna@a.test> : otto", "erna@a.test")]
    [InlineData("From: Erna <erna@a.test> <otto@a.test>", "erna@a.test")]
    [InlineData("From: Erna Muster", "")]
    [InlineData("From: <>, <broken", "")]
    [InlineData("From:", "")]
    [InlineData("To: otto@b.test\r\nSubject: From: erna@a.test", "")]
    [InlineData("Subject: x\r\n From: erna@a.test", "")]
    [InlineData("Resent-From: erna@a.test\r\nTo: x@y.test\r\nReply-To: otto@b.test", "erna@a.test|otto@b.test")]
    public void The_addresses_of_senders_are_found_at_their_places(string head, string addresses)
    {
        var octets = Encoding.UTF8.GetBytes(head + "\r\n");
        var found = SenderHeaders.Find(octets);
        string.Join('|', found.Select(f => f.Address)).ShouldBe(addresses);
        found.ShouldAllBe(f => Encoding.UTF8.GetString(octets, f.At, f.Address.Length) == f.Address);
    }

    [Fact]
    public void There_is_an_end_to_how_many_are_looked_at() =>
        SenderHeaders.Find(Encoding.ASCII.GetBytes($"From: {string.Concat(Enumerable.Repeat("a@b.test,", 5000))}\r\n")).Count.ShouldBe(SenderHeaders.MaxAddresses);

    [Fact]
    public void Whatever_stands_in_a_header_each_address_lies_within_it_and_behind_the_one_before() => Prop.ForAll<byte[]>(noise =>
    {
        var specials = "<>()\"\\,;: \r\n\ta@"u8.ToArray();
        var octets = Encoding.ASCII.GetBytes("From:").Concat(noise.Select(b => specials[b % specials.Length])).ToArray();
        var end = 0;
        foreach (var (at, address) in SenderHeaders.Find(octets))
        {
            at.ShouldBeGreaterThanOrEqualTo(end);
            end = at + address.Length;
            end.ShouldBeLessThanOrEqualTo(octets.Length);
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
}
