using System.Threading.Channels;

namespace BulkRelay.Tests.TestKit;

/// <summary>An actor that keeps what it receives for the test to take, in order.</summary>
public sealed class TestProbe
{
    /// <summary>How long a test waits for what must happen: far more than it ever takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<(object Message, IActorRef Sender)> _received = Channel.CreateUnbounded<(object, IActorRef)>();

    public TestProbe(ActorSystem system, string? name = null) =>
        Ref = system.ActorOf(Props.Create(() => new ProbeActor(_received.Writer)), name);

    public IActorRef Ref { get; }

    /// <summary>The sender of the message taken last.</summary>
    public IActorRef LastSender { get; private set; } = ActorRefs.Nobody;

    /// <summary>Takes the next message, waiting for it, and fails if it is of another type.</summary>
    public async Task<T> ExpectMsgAsync<T>()
    {
        var (message, sender) = await ReceiveAsync(typeof(T).Name);
        LastSender = sender;
        return message.ShouldBeAssignableTo<T>()!;
    }

    /// <summary>Takes the next message, waiting for it, and fails if it does not equal the one given.</summary>
    public async Task<T> ExpectMsgAsync<T>(T expected)
    {
        var message = await ExpectMsgAsync<T>();
        message.ShouldBe(expected);
        return message;
    }

    /// <summary>Takes messages until one of that type comes.</summary>
    public async Task<T> FishForMessageAsync<T>(Predicate<T>? match = null)
    {
        while (true)
        {
            var (message, sender) = await ReceiveAsync(typeof(T).Name);
            LastSender = sender;
            if (message is T typed && match?.Invoke(typed) != false)
                return typed;
        }
    }

    /// <summary>
    /// Fails if anything has come that was sent to this probe before this call by the actor under test: sends a marker to
    /// <paramref name="through"/>, which must answer or forward it here, and expects that first.
    /// </summary>
    public async Task ExpectNothingBeforeAsync(IActorRef through, object marker)
    {
        through.Tell(marker, Ref);
        (await ReceiveAsync(marker.ToString()!)).Message.ShouldBe(marker);
    }

    /// <summary>Has the probe watch an actor; <see cref="Terminated"/> then arrives as a message.</summary>
    public async Task WatchAsync(IActorRef subject) => await Ref.Ask<bool>(new WatchCommand(subject), Patience);

    /// <summary>Watches an actor and waits for its end.</summary>
    public async Task ExpectTerminatedAsync(IActorRef subject) =>
        (await FishForMessageAsync<Terminated>(t => t.ActorRef.Equals(subject))).ActorRef.ShouldBe(subject);

    private async Task<(object Message, IActorRef Sender)> ReceiveAsync(string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await _received.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{Ref.Path} waited in vain for {what}.");
        }
    }

    private sealed record WatchCommand(IActorRef Subject);

    private sealed class ProbeActor(ChannelWriter<(object, IActorRef)> received) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is WatchCommand watch)
            {
                Context.Watch(watch.Subject);
                Sender.Tell(true, Self);
            }
            else
                received.TryWrite((message, Sender));
        }
    }
}
