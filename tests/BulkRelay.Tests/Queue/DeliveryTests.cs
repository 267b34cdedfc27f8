using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Queue;

public sealed class DeliveryTests
{
    [Fact]
    public async Task A_message_is_stored_delivered_and_leaves_the_queue()
    {
        await using var queue = new QueueFixture().Start();
        var message = await queue.SubmitAsync("a@example.com");
        await queue.UntilEmptyAsync();
        queue.Smtp.Deliveries[(message.Id, 0)].ShouldBe(1);
        queue.Services.Statistics.Accepted.ShouldBe(1);
        queue.Services.Statistics.Delivered.ShouldBe(1);
        (await queue.SettleAsync()).Destinations.Single().InFlight.ShouldBe(0);
        queue.Services.ActiveEntries.ShouldBe(0);
        queue.Services.Claims.ActiveMessages().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_log_has_Postfixs_lines()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (request, _) =>
        {
            queue.Time.Advance(TimeSpan.FromMilliseconds(120));
            return Task.FromResult(FakeTransport.Delivered(request) with
            {
                Began = queue.Time.GetUtcNow() - TimeSpan.FromMilliseconds(120),
                ConnectionSetup = TimeSpan.FromMilliseconds(100),
                Transmission = TimeSpan.FromMilliseconds(20),
                ConnectionUses = 1,
            });
        };
        var id = (await queue.SubmitAsync("a@example.com")).QueueId;
        await queue.UntilEmptyAsync();
        await queue.SettleAsync();
        var log = queue.ReadLog();
        log.ShouldContain($"/qmgr[{Environment.ProcessId}]: {id}: from=<sender@example.org>, size=20, nrcpt=1 (queue active)\n");
        log.ShouldContain($"/smtp[{Environment.ProcessId}]: {id}: to=<a@example.com>, relay=mx.test[192.0.2.1]:25, conn_use=2, "
            + "delay=0.12, delays=0/0/0.1/0.02, dsn=2.0.0, status=sent (250 2.0.0 Ok)\n");
        log.ShouldEndWith($"/qmgr[{Environment.ProcessId}]: {id}: removed\n");
    }

    [Fact]
    public async Task Recipients_are_grouped_by_destination_and_by_the_recipient_limit()
    {
        await using var queue = new QueueFixture(("smtp_destination_recipient_limit", "2")).Start();
        await queue.SubmitAsync("a@one.test", "b@two.test", "c@one.test", "d@one.test");
        await queue.UntilEmptyAsync();
        queue.Smtp.Deliveries.Count.ShouldBe(4);
        queue.Smtp.Order.Order(Comparer<DestinationKey>.Create((a, b) => string.CompareOrdinal(a.Nexthop, b.Nexthop)))
            .Select(d => d.Nexthop).ShouldBe(["one.test", "one.test", "two.test"]);
    }

    [Theory]
    [InlineData("5", "20", 5, 20)]
    [InlineData("5", "3", 3, 3)]
    [InlineData("7", "0", 7, 30)]
    public async Task Never_more_deliveries_to_a_destination_than_its_window(string initial, string limit, int window, int most)
    {
        await using var queue = new QueueFixture(("smtp_initial_destination_concurrency", initial), ("smtp_destination_concurrency_limit", limit)).Start();
        var gate = new TaskCompletionSource();
        queue.Smtp.Answer = async (request, _) =>
        {
            await gate.Task;
            return FakeTransport.Delivered(request);
        };
        for (var i = 0; i < 30; i++) await queue.SubmitAsync($"u{i}@example.com");
        var status = await queue.UntilAsync(s => s.Destinations.Any(d => d.InFlight == window && d.Queued == 30 - window));
        status.Destinations.Single().Window.ShouldBe(window);
        for (var i = 0; i < window; i++) await queue.Smtp.NextRequestAsync();
        queue.Smtp.MostInFlight.Values.ShouldBe([window]);
        gate.SetResult();
        await queue.UntilEmptyAsync();
        queue.Smtp.AgentsMade.ShouldBeInRange(window, most, "the window grows as deliveries succeed");
    }

    [Fact]
    public async Task The_process_limit_of_a_transport_holds_over_all_destinations_and_goes_round_them()
    {
        await using var queue = new QueueFixture { ProcessLimit = 2 }.Start();
        var gate = new SemaphoreSlim(0);
        queue.Smtp.Answer = async (request, cancel) =>
        {
            await gate.WaitAsync(cancel);
            return FakeTransport.Delivered(request);
        };
        foreach (var destination in new[] { "busy", "busy", "busy", "busy", "busy", "one", "two", "three" })
        {
            await queue.SubmitAsync($"u@{destination}.test");
            await queue.StatusAsync();
        }
        await queue.UntilAsync(s => s.Destinations.Sum(d => d.InFlight) == 2 && s.Destinations.Sum(d => d.Queued) == 6);
        await queue.Smtp.NextRequestAsync();
        await queue.Smtp.NextRequestAsync();
        gate.Release(8);
        await queue.UntilEmptyAsync();
        queue.Smtp.MostInAll.ShouldBe(2);
        queue.Smtp.Order.Take(6).Select(d => d.Nexthop).ShouldContain("three.test", "slots go round the destinations, a delivery each");
        await queue.SettleAsync();
        queue.Services.TransportOf("smtp").Slots.Used.ShouldBe(0);
    }

    [Fact]
    public async Task No_delivery_starts_while_the_store_cannot_record_results()
    {
        await using var queue = new QueueFixture().Start();
        queue.Memory.IsHealthy = false;
        await queue.SubmitAsync("a@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Queued == 1));
        queue.Time.Advance(TimeSpan.FromSeconds(3));
        (await queue.StatusAsync()).Destinations.Single().InFlight.ShouldBe(0);
        queue.Memory.IsHealthy = true;
        queue.Time.Advance(TimeSpan.FromSeconds(1));
        await queue.UntilEmptyAsync();
        queue.Smtp.Deliveries.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(StoreResult.Full)]
    [InlineData(StoreResult.Unavailable)]
    public async Task What_is_not_stored_is_not_delivered(StoreResult answer)
    {
        await using var queue = new QueueFixture().Start();
        queue.Memory.Answer = answer;
        (await queue.Services.Intake.SubmitAsync(queue.Message("s@example.org", "a@example.com"), default)).ShouldBe(answer);
        queue.Memory.Answer = StoreResult.Stored;
        await queue.SubmitAsync("b@example.com");
        await queue.UntilEmptyAsync();
        queue.Smtp.Deliveries.Count.ShouldBe(1);
        queue.Services.Claims.ActiveMessages().ShouldBeEmpty();
        queue.Services.Statistics.Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task Content_beyond_the_memory_for_it_is_read_from_the_store_at_delivery()
    {
        await using var queue = new QueueFixture(("qmgr_content_memory_limit", "30")).Start();
        queue.Memory.IsHealthy = false;
        for (var i = 0; i < 5; i++) await queue.SubmitAsync("a@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Queued == 5));
        queue.Services.ContentMemory.Used.ShouldBe(20);
        var contents = new List<long>();
        queue.Smtp.Answer = (request, _) =>
        {
            lock (contents) contents.Add(request.Content.Length);
            return Task.FromResult(FakeTransport.Delivered(request));
        };
        queue.Memory.IsHealthy = true;
        queue.Time.Advance(TimeSpan.FromSeconds(1));
        await queue.UntilEmptyAsync();
        contents.ShouldBe([20, 20, 20, 20, 20]);
        await queue.SettleAsync();
        queue.Services.ContentMemory.Used.ShouldBe(0);
    }

    [Fact]
    public async Task An_agent_that_throws_is_thrown_away_and_its_mail_deferred()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (_, _) => throw new InvalidOperationException("bug");
        await queue.SubmitAsync("a@example.com");
        await queue.SettleAsync();
        var recipient = (await RecipientsAsync(queue)).Single();
        recipient.Reason.ShouldBe("unknown mail transport error");
        recipient.Status.ToString().ShouldBe("4.3.0");
        queue.Smtp.AgentsEnded.ShouldBe(1);
        queue.ReadLog().ShouldContain("dsn=4.3.0, status=deferred (unknown mail transport error)\n");
    }

    [Fact]
    public async Task A_transport_that_is_not_there_defers_its_mail()
    {
        await using var queue = new QueueFixture { Route = (_, _, _, _) => new(new Core.Queue.Routing.Route(new DestinationKey("gone", "x"))) }.Start();
        await queue.SubmitAsync("a@example.com");
        await queue.SettleAsync();
        (await RecipientsAsync(queue)).Single().Reason.ShouldBe("mail transport unavailable");
    }

    [Fact]
    public async Task An_agent_that_forgets_a_recipient_does_not_lose_it()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(new DeliveryOutcome([FakeTransport.Delivered(request).Recipients[1]]));
        await queue.SubmitAsync("a@example.com", "b@example.com");
        await queue.SettleAsync();
        var left = (await RecipientsAsync(queue)).Single();
        left.Address.ShouldBe("a@example.com");
        left.Reason.ShouldBe("unknown mail transport error");
    }

    [Fact]
    public async Task Idle_agents_are_ended_after_a_while()
    {
        await using var queue = new QueueFixture().Start();
        await queue.SubmitAsync("a@example.com");
        await queue.UntilEmptyAsync();
        await queue.SettleAsync();
        queue.Time.Advance(TimeSpan.FromSeconds(20));
        await queue.UntilAsync(_ => queue.Smtp.AgentsEnded == 1);
    }

    internal static async Task<List<QueuedRecipient>> RecipientsAsync(QueueFixture queue)
    {
        var all = new List<QueuedRecipient>();
        await foreach (var message in queue.Memory.ListAsync(QueueFilter.All, default)) all.AddRange(message.Recipients);
        return all;
    }
}
