using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress.Cleanup;
using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Ingress.Cleanup;

public sealed class DuplicateFilterTests
{
    [Theory]
    [InlineData("a@x.test", "a@x.test")]
    [InlineData("a@x.test b@x.test", "a@x.test b@x.test")]
    [InlineData("a@x.test b@x.test a@x.test", "a@x.test b@x.test")]
    [InlineData("a@x.test A@X.Test b@x.test B@x.test", "a@x.test b@x.test")]
    [InlineData("a@x.test a@x.test/rfc822;o@y.test a@x.test/RFC822;O@y.test a@x.test", "a@x.test a@x.test/rfc822;o@y.test")]
    [InlineData("a@x.test/NEVER a@x.test a@x.test/NEVER", "a@x.test/NEVER a@x.test")]
    [InlineData("a@x.test/DELAY,FAILURE a@x.test/FAILURE,DELAY a@x.test/FAILURE,OTHER", "a@x.test/DELAY,FAILURE a@x.test/FAILURE,OTHER")]
    public void A_recipient_counts_once_unless_its_sender_wants_to_hear_of_it_otherwise(string named, string expected) =>
        Without(named, []).ShouldBe(expected);

    [Fact]
    public void Without_the_original_recipient_only_the_address_counts() =>
        Without("a@x.test/NEVER A@x.test a@x.test/rfc822;o@y.test b@x.test", [("enable_original_recipient", "no")])
            .ShouldBe("a@x.test/NEVER b@x.test");

    [Theory]
    [InlineData("2", "a@x.test b@x.test c@x.test c@x.test")]
    [InlineData("3", "a@x.test b@x.test c@x.test")]
    [InlineData("0", "a@x.test b@x.test c@x.test")]
    public void So_many_are_remembered(string limit, string expected) =>
        Without("a@x.test b@x.test c@x.test c@x.test A@x.test", [("duplicate_filter_limit", limit)]).ShouldBe(expected);

    [Fact]
    public void A_list_without_duplicates_is_not_copied()
    {
        var filter = new DuplicateFilter(ConfigSnapshot.With());
        IReadOnlyList<IncomingRecipient> one = [new("a@x.test")], two = [new("a@x.test"), new("b@x.test")];
        filter.Without(one).ShouldBeSameAs(one);
        filter.Without(two).ShouldBeSameAs(two);
    }

    private static string Without(string named, (string Name, string Value)[] settings)
    {
        var filter = new DuplicateFilter(ConfigSnapshot.With(settings));
        return string.Join(' ', filter.Without([.. named.Split(' ').Select(Read)]).Select(Show));
    }

    private static IncomingRecipient Read(string text) => text.Split('/') is [var address, var more]
        ? more.Contains(';', StringComparison.Ordinal) ? new(address, Orcpt: more) : new(address, Notify: more) : new(text);

    private static string Show(IncomingRecipient recipient) =>
        recipient.Address + (recipient.Orcpt + recipient.Notify is { Length: > 0 } more ? $"/{more}" : "");
}
