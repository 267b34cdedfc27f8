using System.Collections.Concurrent;
using System.Threading.Channels;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue;

/// <summary>A transport that does as the test says, and keeps the books: who is under delivery, who was delivered how often.</summary>
internal sealed class FakeTransport(string name) : ITransport
{
    private readonly ConcurrentDictionary<(long Message, int Number), byte> _underway = new();
    private readonly ConcurrentDictionary<DestinationKey, int> _inFlight = new();
    private readonly Channel<DeliveryRequest> _requests = Channel.CreateUnbounded<DeliveryRequest>();
    private int _total;

    public string Name { get; } = name;

    /// <summary>What an agent answers. By default all recipients are delivered at once.</summary>
    public Func<DeliveryRequest, CancellationToken, Task<DeliveryOutcome>> Answer { get; set; } = (request, _) => Task.FromResult(Delivered(request));

    /// <summary>Fails the making of agents.</summary>
    public bool IsBroken { get; set; }

    /// <summary>How often each recipient was delivered.</summary>
    public ConcurrentDictionary<(long Message, int Number), int> Deliveries { get; } = new();

    /// <summary>Recipients that were given to two agents at once: always empty unless mail is doubled.</summary>
    public ConcurrentBag<(long Message, int Number)> Overlaps { get; } = [];

    /// <summary>The most deliveries at once, by destination.</summary>
    public ConcurrentDictionary<DestinationKey, int> MostInFlight { get; } = new();

    /// <summary>The most deliveries at once, over all destinations.</summary>
    public int MostInAll { get; private set; }

    /// <summary>The time of each request.</summary>
    public ConcurrentQueue<DestinationKey> Order { get; } = new();

    public int AgentsMade { get; private set; }

    public int AgentsEnded { get; private set; }

    public IDeliveryAgent CreateAgent(DestinationKey destination)
    {
        if (IsBroken) throw new InvalidOperationException("no agent today");
        AgentsMade++;
        return new Agent(this, destination);
    }

    /// <summary>Waits for the next request that an agent gets.</summary>
    public async Task<DeliveryRequest> NextRequestAsync() => await _requests.Reader.ReadAsync().AsTask().WaitAsync(TestProbe.Patience);

    public bool TryNextRequest(out DeliveryRequest? request) => _requests.Reader.TryRead(out request);

    public static DeliveryOutcome Delivered(DeliveryRequest request) => Outcome(request, DeliveryAction.Delivered, "2.0.0", "250 2.0.0 Ok");

    public static DeliveryOutcome Deferred(DeliveryRequest request, string reason = "host mx.test said: 450 busy") =>
        Outcome(request, DeliveryAction.Deferred, "4.2.0", reason);

    public static DeliveryOutcome Failed(DeliveryRequest request) =>
        Outcome(request, DeliveryAction.Failed, "5.1.1", "host mx.test said: 550 no such user");

    public static DeliveryOutcome Outcome(DeliveryRequest request, DeliveryAction action, string status, string reason) =>
        new([.. request.Entry.Recipients.Select(r => Of(r, action, status, reason))]);

    public static RecipientOutcome Of(QueuedRecipient recipient, DeliveryAction action, string status, string reason) =>
        new(recipient, action, EnhancedStatus.Parse(status), reason) { Relay = "mx.test[192.0.2.1]:25" };

    private async Task<DeliveryOutcome> DeliverAsync(DestinationKey destination, DeliveryRequest request, CancellationToken cancel)
    {
        Order.Enqueue(destination);
        var keys = request.Entry.Recipients.Select(r => (request.Entry.Message.Id, r.Number)).ToList();
        foreach (var key in keys.Where(key => !_underway.TryAdd(key, 0))) Overlaps.Add(key);
        var inFlight = _inFlight.AddOrUpdate(destination, 1, (_, n) => n + 1);
        MostInFlight.AddOrUpdate(destination, inFlight, (_, most) => Math.Max(most, inFlight));
        lock (_requests) MostInAll = Math.Max(MostInAll, ++_total);
        try
        {
            _requests.Writer.TryWrite(request);
            var outcome = await Answer(request, cancel);
            foreach (var recipient in outcome.Recipients.Where(r => r.Action == DeliveryAction.Delivered))
                Deliveries.AddOrUpdate((request.Entry.Message.Id, recipient.Recipient.Number), 1, (_, n) => n + 1);
            return outcome;
        }
        finally
        {
            lock (_requests) _total--;
            _inFlight.AddOrUpdate(destination, 0, (_, n) => n - 1);
            foreach (var key in keys) _underway.TryRemove(key, out _);
        }
    }

    private sealed class Agent(FakeTransport transport, DestinationKey destination) : IDeliveryAgent
    {
        private int _isBusy;

        public async Task<DeliveryOutcome> DeliverAsync(DeliveryRequest request, CancellationToken cancel)
        {
            Interlocked.Exchange(ref _isBusy, 1).ShouldBe(0, "an agent has one request at a time");
            try
            {
                return await transport.DeliverAsync(destination, request, cancel);
            }
            finally
            {
                Interlocked.Exchange(ref _isBusy, 0);
            }
        }

        public ValueTask DisposeAsync()
        {
            transport.AgentsEnded++;
            return ValueTask.CompletedTask;
        }
    }
}
