using System.Collections.Concurrent;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue.Steering;

/// <summary>An operator who holds, releases, requeues, deletes and freezes at random while mail flows: nothing is lost, nothing is doubled.</summary>
public sealed class SteeringSimulationTests
{
    private const int Messages = 200;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Nothing_is_lost_but_what_was_deleted_and_nothing_doubled(int seed)
    {
        var chance = new Chance(seed);
        var memory = new InMemoryQueueStore();
        await using var queue = new QueueFixture(memory, new SlowQueueStore(memory, chance), ("default_destination_concurrency_limit", "3"),
            ("qmgr_destination_active_limit", "12"), ("qmgr_message_active_limit", "40"), ("minimal_backoff_time", "1s"), ("maximal_backoff_time", "60s"));
        queue.Smtp.Answer = async (request, _) =>
        {
            await chance.PauseAsync();
            return chance.Hits(0.3) ? FakeTransport.Deferred(request) : FakeTransport.Delivered(request);
        };
        queue.Start();
        var steering = new QueueSteering(queue.Store, queue.Time, queue.Services);
        var expected = new ConcurrentBag<(long, int)>();
        var deleted = new ConcurrentDictionary<long, byte>();

        var submitting = Task.Run(async () =>
        {
            for (var i = 0; i < Messages; i++)
            {
                var message = queue.Message($"s{chance.Below(4)}@example.org", [.. Enumerable.Range(0, 1 + chance.Below(3)).Select(_ => $"u@d{chance.Below(3)}.test")]);
                await queue.SubmitAsync(message with { Envelope = message.Envelope with { Flow = $"f{chance.Below(3)}" } });
                for (var n = 0; n < message.Recipients.Count; n++) expected.Add((message.Envelope.Id, n));
            }
        });
        var operating = Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++) await OperateAsync(steering, queue, chance, deleted);
            foreach (var freeze in queue.Services.Freezes.All) await steering.UnfreezeAsync(freeze.Scope, freeze.Name, default);
        });
        await queue.UntilAsync(_ => submitting.IsCompleted && operating.IsCompleted, TimeSpan.FromMilliseconds(100));
        await Task.WhenAll(submitting, operating);
        await foreach (var _ in steering.ChangeAsync(QueueChange.Release, QueueFilter.All, long.MaxValue, queue.Services.Log, default)) { }
        await queue.UntilEmptyAsync(TimeSpan.FromMilliseconds(300));

        queue.Smtp.Overlaps.ShouldBeEmpty();
        queue.Smtp.Deliveries.Values.ShouldAllBe(n => n == 1);
        expected.Except(queue.Smtp.Deliveries.Keys).ShouldAllBe(key => deleted.ContainsKey(key.Item1));
        await queue.UntilAsync(s => s.Destinations.Count == 0, TimeSpan.FromSeconds(1));
        queue.Services.ActiveEntries.ShouldBe(0);
        queue.Services.Claims.ActiveMessages().ShouldBeEmpty();
    }

    private static async Task OperateAsync(QueueSteering steering, QueueFixture queue, Chance chance, ConcurrentDictionary<long, byte> deleted)
    {
        await chance.PauseAsync();
        var filter = new QueueFilter { Senders = [$"s{chance.Below(4)}@*"] };
        switch (chance.Below(9))
        {
            case 0 or 1: await DoAsync(QueueChange.Hold); break;
            case 2 or 3: await DoAsync(QueueChange.Release); break;
            case 4: await DoAsync(QueueChange.Requeue); break;
            case 5: await DoAsync(QueueChange.Retry); break;
            case 6:
                await foreach (var batch in steering.ChangeAsync(QueueChange.Delete, filter, 3, queue.Services.Log, default))
                    foreach (var id in batch) deleted[id] = 0;
                break;
            case 7:
                var scope = (FreezeScope)chance.Below(5);
                var name = scope switch { FreezeScope.All => "", FreezeScope.Transport => "smtp", FreezeScope.Flow => $"f{chance.Below(3)}", _ => $"d{chance.Below(3)}.test" };
                await steering.FreezeAsync(new QueueFreeze(scope, name, "chance", queue.Time.GetUtcNow(), null), default);
                break;
            default:
                foreach (var freeze in queue.Services.Freezes.All) await steering.UnfreezeAsync(freeze.Scope, freeze.Name, default);
                break;
        }

        async Task DoAsync(QueueChange change)
        {
            await foreach (var _ in steering.ChangeAsync(change, filter, long.MaxValue, queue.Services.Log, default)) { }
        }
    }
}
