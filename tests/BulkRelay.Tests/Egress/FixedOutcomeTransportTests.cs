using BulkRelay.Core.Egress;
using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Egress;

public sealed class FixedOutcomeTransportTests
{
    [Theory]
    [InlineData("error", "5.1.1 no such user", DeliveryAction.Failed, "5.1.1", "no such user")]
    [InlineData("error", "mail to this domain is not taken", DeliveryAction.Failed, "5.0.0", "mail to this domain is not taken")]
    [InlineData("error", "4.1.1 soft", DeliveryAction.Failed, "5.0.0", "soft")]
    [InlineData("error", "5.7.1", DeliveryAction.Failed, "5.7.1", "")]
    [InlineData("retry", "4.4.1 Service unavailable", DeliveryAction.Deferred, "4.4.1", "Service unavailable")]
    [InlineData("retry", "Service unavailable", DeliveryAction.Deferred, "4.0.0", "Service unavailable")]
    [InlineData("retry", "5.1.1 hard", DeliveryAction.Deferred, "4.0.0", "hard")]
    public async Task The_nexthop_is_the_reason(string service, string nexthop, DeliveryAction action, string status, string reason)
    {
        var outcome = await DeliverAsync(new ErrorTransport(service, TimeProvider.System), nexthop);

        outcome.Recipients.Count.ShouldBe(2);
        outcome.Recipients.ShouldAllBe(r => r.Action == action && r.Status.ToString() == status && r.Reason == reason && r.Relay == "none");
        outcome.SiteTrouble.ShouldBeNull();
    }

    [Fact]
    public async Task Discarded_mail_counts_as_delivered()
    {
        var outcome = await DeliverAsync(new DiscardTransport("discard", TimeProvider.System), "example.net");

        outcome.Recipients.ShouldAllBe(r =>
            r.Action == DeliveryAction.Delivered && r.Status.ToString() == "2.0.0" && r.Reason == "example.net");
    }

    [Fact]
    public void Commands_of_master_cf_have_their_transport() =>
        Transports.ByCommand.Keys.ShouldBe(["smtp", "error", "discard"], ignoreOrder: true);

    private static async Task<DeliveryOutcome> DeliverAsync(ITransport transport, string nexthop)
    {
        await using var agent = transport.CreateAgent(new DestinationKey(transport.Name, nexthop));
        return await agent.DeliverAsync(EgressFixture.Mail(EgressFixture.Simple, "a@example.net", "b@example.net"), CancellationToken.None);
    }
}
