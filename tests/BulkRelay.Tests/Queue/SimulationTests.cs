using System.Collections.Concurrent;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue;

/// <summary>
/// Many messages under everything that can overlap: small windows, slow and failing reads, late confirmations, random outcomes, routes that
/// change, actors that crash. Nothing may be lost, nothing delivered twice, no limit exceeded.
/// </summary>
public sealed class SimulationTests
{
    private const int Messages = 300;
    private const int Concurrency = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Nothing_is_lost_and_nothing_doubled(int seed)
    {
        var chance = new Chance(seed);
        var memory = new InMemoryQueueStore();
        await using var queue = new QueueFixture(memory, new SlowQueueStore(memory, chance),
            ("default_destination_concurrency_limit", $"{Concurrency}"), ("default_destination_recipient_limit", "4"),
            ("qmgr_destination_active_limit", "12"), ("qmgr_message_active_limit", "40"), ("qmgr_message_recipient_minimum", "3"),
            ("qmgr_content_memory_limit", "1000"), ("minimal_backoff_time", "1s"), ("maximal_backoff_time", "60s"))
        { ProcessLimit = 8 };
        var shift = 0;
        queue.Route = (recipient, _, _, _) => new(new Route(new DestinationKey("smtp", $"d{(recipient.Length + Volatile.Read(ref shift)) % 5}.test")));
        var bounced = new ConcurrentDictionary<(long, int), int>();
        queue.Report = request =>
        {
            foreach (var f in request.Outcomes) bounced.AddOrUpdate((request.Message.Id, f.Recipient.Number), 1, (_, n) => n + 1);
            return [];
        };
        queue.Smtp.Answer = async (request, _) =>
        {
            await chance.PauseAsync();
            if (chance.Hits(0.02)) throw new InvalidOperationException("an agent failed, as chance had it");
            return new DeliveryOutcome([.. request.Entry.Recipients.Select(r => chance.Below(10) switch
            {
                0 or 1 or 2 => FakeTransport.Of(r, DeliveryAction.Deferred, "4.2.0", "busy"),
                3 => FakeTransport.Of(r, DeliveryAction.Failed, "5.1.1", "unknown"),
                _ => FakeTransport.Of(r, DeliveryAction.Delivered, "2.0.0", "250 ok"),
            })]);
        };
        queue.Start();

        var expected = new ConcurrentBag<(long, int)>();
        var submitters = Enumerable.Range(0, 4).Select(s => Task.Run(async () =>
        {
            for (var i = 0; i < Messages / 4; i++)
            {
                string[] recipients = [.. Enumerable.Range(0, 1 + chance.Below(6)).Select(n => $"{new string('u', 1 + chance.Below(5))}@x.test")];
                var message = await queue.SubmitAsync(recipients);
                for (var n = 0; n < recipients.Length; n++) expected.Add((message.Id, n));
                if (chance.Hits(0.02)) Interlocked.Increment(ref shift);
                if (chance.Hits(0.02)) queue.Services.Destinations.Values.FirstOrDefault()?.Actor.Tell(new ReadFailed(null!));
                if (chance.Hits(0.01)) queue.Queue.Tell(Reconfigured.Instance);
            }
        }));
        var submitted = Task.WhenAll(submitters);
        await queue.UntilAsync(_ => submitted.IsCompleted && memory.CountAsync(default).AtOnce() == 0, step: TimeSpan.FromMilliseconds(300));
        await submitted;

        queue.Smtp.Overlaps.ShouldBeEmpty();
        queue.Smtp.Deliveries.Values.ShouldAllBe(n => n == 1);
        bounced.Values.ShouldAllBe(n => n == 1);
        queue.Smtp.Deliveries.Keys.Concat(bounced.Keys).Order().ShouldBe(expected.Order());
        queue.Smtp.MostInFlight.Values.Max().ShouldBeLessThanOrEqualTo(Concurrency);
        queue.Smtp.MostInAll.ShouldBeLessThanOrEqualTo(8);
        await queue.UntilAsync(s => s.Destinations.Count == 0 && queue.Services.Destinations.IsEmpty, step: TimeSpan.FromSeconds(1));
        queue.Services.ActiveEntries.ShouldBe(0);
        queue.Services.Active.Recipients.ShouldBe(0);
        queue.Services.ContentMemory.Used.ShouldBe(0);
        queue.Services.Claims.ActiveMessages().ShouldBeEmpty();
        queue.Services.TransportOf("smtp").Slots.Used.ShouldBe(0);
    }
}
