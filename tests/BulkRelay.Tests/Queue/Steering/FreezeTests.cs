using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue.Steering;

/// <summary>Frozen mail is taken and kept, and nothing of it leaves until the freeze is over.</summary>
public sealed class FreezeTests
{
    public static TheoryData<FreezeScope, string> Scopes => new()
    {
        { FreezeScope.All, "" }, { FreezeScope.Transport, "smtp" }, { FreezeScope.Destination, "example.com" }, { FreezeScope.Domain, "example.com" },
        { FreezeScope.Flow, "spring" },
    };

    [Theory]
    [MemberData(nameof(Scopes))]
    public async Task Mail_new_and_old_stays_until_the_freeze_is_taken_back(FreezeScope scope, string name)
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request));
        await SubmitAsync(queue, "old@example.com");
        await queue.SettleAsync();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Delivered(request));
        var steering = new QueueSteering(queue.Store, queue.Time, queue.Services);

        await steering.FreezeAsync(new QueueFreeze(scope, name, "because", queue.Time.GetUtcNow(), null), default);
        await SubmitAsync(queue, "new@example.com");
        queue.Time.Advance(TimeSpan.FromDays(6));
        for (var i = 0; i < 20; i++) await queue.StatusAsync();
        queue.Smtp.Deliveries.ShouldBeEmpty();
        (await queue.Memory.CountAsync(default)).ShouldBe(2);

        (await steering.UnfreezeAsync(scope, name, default)).ShouldBeTrue();
        await queue.UntilEmptyAsync(TimeSpan.FromMilliseconds(200));
        queue.Smtp.Deliveries.Count.ShouldBe(2);
        (await steering.UnfreezeAsync(scope, name, default)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(FreezeScope.Domain, "example.com")]
    [InlineData(FreezeScope.Flow, "spring")]
    public async Task Other_mail_of_the_same_destination_passes_by(FreezeScope scope, string name)
    {
        await using var queue = new QueueFixture(("qmgr_destination_active_limit", "4")).Start();
        queue.Route = (_, _, _, _) => new(new Core.Queue.Routing.Route(new DestinationKey("smtp", "[relay.test]")));
        var steering = new QueueSteering(queue.Store, queue.Time, queue.Services);
        await steering.FreezeAsync(new QueueFreeze(scope, name, "because", queue.Time.GetUtcNow(), null), default);
        for (var i = 0; i < 50; i++) await SubmitAsync(queue, $"u{i}@example.com");

        await queue.SubmitAsync("x@example.net");

        await queue.UntilAsync(_ => queue.Memory.CountAsync(default).AtOnce() == 50, TimeSpan.FromMilliseconds(200));
        queue.Smtp.Deliveries.Count.ShouldBe(1);
        await steering.UnfreezeAsync(scope, name, default);
        await queue.UntilEmptyAsync(TimeSpan.FromMilliseconds(200));
        queue.Smtp.Deliveries.Count.ShouldBe(51);
    }

    [Fact]
    public async Task Of_one_message_only_the_recipients_in_a_frozen_domain_stay()
    {
        await using var queue = new QueueFixture().Start();
        queue.Route = (_, _, _, _) => new(new Core.Queue.Routing.Route(new DestinationKey("smtp", "[relay.test]")));
        var steering = new QueueSteering(queue.Store, queue.Time, queue.Services);
        await steering.FreezeAsync(new QueueFreeze(FreezeScope.Domain, "example.com", "because", queue.Time.GetUtcNow(), null), default);

        var message = await queue.SubmitAsync("a@Example.com", "b@example.net");

        await queue.UntilAsync(_ => queue.Smtp.Deliveries.Count == 1, TimeSpan.FromMilliseconds(200));
        queue.Smtp.Deliveries.Keys.ShouldBe([(message.Id, 1)]);
        await steering.UnfreezeAsync(FreezeScope.Domain, "example.com", default);
        await queue.UntilEmptyAsync(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task A_freeze_ends_by_itself_at_its_time()
    {
        await using var queue = new QueueFixture().Start();
        var steering = new QueueSteering(queue.Store, queue.Time, queue.Services);
        await steering.FreezeAsync(new QueueFreeze(FreezeScope.All, "", "an hour", queue.Time.GetUtcNow(), queue.Time.GetUtcNow().AddHours(1)), default);
        await queue.SubmitAsync("a@example.com");

        queue.Time.Advance(TimeSpan.FromMinutes(59));
        for (var i = 0; i < 20; i++) await queue.StatusAsync();
        queue.Smtp.Deliveries.ShouldBeEmpty();
        queue.Time.Advance(TimeSpan.FromMinutes(1));

        await queue.UntilEmptyAsync();
        (await queue.Memory.ReadFreezesAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_freeze_outlives_a_restart_and_so_does_its_end()
    {
        var first = new QueueFixture().Start();
        var end = first.Time.GetUtcNow().AddHours(1);
        await new QueueSteering(first.Store, first.Time, first.Services)
            .FreezeAsync(new QueueFreeze(FreezeScope.Flow, "spring", "an hour", first.Time.GetUtcNow(), end), default);
        await SubmitAsync(first, "a@example.com");
        await first.DisposeAsync();

        await using var second = new QueueFixture(first).Start();
        for (var i = 0; i < 20; i++) await second.StatusAsync();
        second.Smtp.Deliveries.ShouldBeEmpty();
        second.Services.Freezes.All.ShouldHaveSingleItem().Reason.ShouldBe("an hour");

        second.Time.Advance(TimeSpan.FromHours(1));
        await second.UntilEmptyAsync(TimeSpan.FromMilliseconds(200));
        second.Smtp.Deliveries.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_freeze_whose_time_is_over_at_the_start_is_none()
    {
        var first = new QueueFixture().Start();
        await new QueueSteering(first.Store, first.Time, first.Services)
            .FreezeAsync(new QueueFreeze(FreezeScope.All, "", "an hour", first.Time.GetUtcNow(), first.Time.GetUtcNow().AddHours(1)), default);
        await first.SubmitAsync("a@example.com");
        await first.DisposeAsync();
        first.Time.Advance(TimeSpan.FromHours(2));

        await using var second = new QueueFixture(first).Start();
        await second.UntilEmptyAsync();
    }

    [Theory]
    [InlineData("qmgr.fifo")]
    [InlineData("smtp/inet, qmgr/unix")]
    public async Task R40_the_configuration_freezes_and_unfreezes_everything(string disabled)
    {
        await using var queue = new QueueFixture().Start();
        queue.Services.Configuration = queue.Configure(("master_service_disable", disabled));
        queue.Queue.Tell(Reconfigured.Instance);
        await queue.SubmitAsync("a@example.com");
        for (var i = 0; i < 20; i++) await queue.StatusAsync();
        queue.Smtp.Deliveries.ShouldBeEmpty();
        queue.Services.AllFreezes.All.ShouldHaveSingleItem().Reason.ShouldStartWith("master_service_disable = ");

        queue.Services.Configuration = queue.Configure(("master_service_disable", "smtp/inet"));
        queue.Queue.Tell(Reconfigured.Instance);
        await queue.UntilEmptyAsync();
    }

    [Theory]
    [InlineData(FreezeScope.All, "")]
    [InlineData(FreezeScope.Transport, "smtp")]
    public async Task While_a_transport_is_frozen_its_destinations_take_no_memory(FreezeScope scope, string name)
    {
        await using var queue = new QueueFixture().Start();
        var steering = new QueueSteering(queue.Store, queue.Time, queue.Services);
        await steering.FreezeAsync(new QueueFreeze(scope, name, "because", queue.Time.GetUtcNow(), null), default);
        for (var i = 0; i < 30; i++) await queue.SubmitAsync($"a@d{i}.test");

        await queue.UntilAsync(_ => queue.Services.Destinations.IsEmpty, TimeSpan.FromSeconds(1));

        queue.Smtp.Deliveries.ShouldBeEmpty();
        await steering.UnfreezeAsync(scope, name, default);
        await queue.UntilEmptyAsync(TimeSpan.FromMilliseconds(100));
        queue.Smtp.Deliveries.Count.ShouldBe(30);
    }

    [Fact]
    public async Task What_is_under_delivery_when_a_freeze_begins_ends_and_nothing_follows()
    {
        await using var queue = new QueueFixture(("initial_destination_concurrency", "2"), ("default_destination_concurrency_limit", "2")).Start();
        var gate = new TaskCompletionSource();
        queue.Smtp.Answer = async (request, _) =>
        {
            await gate.Task;
            return FakeTransport.Delivered(request);
        };
        for (var i = 0; i < 10; i++) await queue.SubmitAsync("a@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d is { InFlight: 2, Queued: 8 }));
        await new QueueSteering(queue.Store, queue.Time, queue.Services)
            .FreezeAsync(new QueueFreeze(FreezeScope.Transport, "smtp", "stop", queue.Time.GetUtcNow(), null), default);
        gate.SetResult();
        await queue.UntilAsync(s => s.Destinations.Any(d => d is { InFlight: 0, Unrecorded: 0, Queued: 0 }));
        queue.Smtp.Deliveries.Count.ShouldBe(2);
        (await queue.Memory.CountAsync(default)).ShouldBe(8);
    }

    /// <summary>A message of the flow that the tests freeze.</summary>
    private static Task<MessageEnvelope> SubmitAsync(QueueFixture queue, string recipient)
    {
        var message = queue.Message("sender@example.org", recipient);
        return queue.SubmitAsync(message with { Envelope = message.Envelope with { Flow = "spring" } });
    }
}
