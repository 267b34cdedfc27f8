namespace BulkRelay.Tests.Actors;

/// <summary>Become, BecomeStacked, UnbecomeStacked, Unhandled, and the handlers of a ReceiveActor.</summary>
public sealed class BehaviourTests : ActorTest
{
    [Fact]
    public async Task Become_replaces_and_forgets_what_was_below()
    {
        var actor = StartUntyped();
        await ExpectAsync(actor, "x", "first");
        actor.Tell("stack");
        await ExpectAsync(actor, "x", "second");
        actor.Tell("become");
        await ExpectAsync(actor, "x", "second");
        actor.Tell("unstack");
        await ExpectAsync(actor, "x", "first");
    }

    [Fact]
    public async Task UnbecomeStacked_returns_to_the_one_before()
    {
        var actor = StartUntyped();
        actor.Tell("stack");
        actor.Tell("stack third");
        await ExpectAsync(actor, "x", "third");
        actor.Tell("unstack");
        await ExpectAsync(actor, "x", "second");
        actor.Tell("unstack");
        await ExpectAsync(actor, "x", "first");
    }

    [Fact]
    public async Task A_message_that_an_untyped_actor_passes_to_Unhandled_is_published_and_others_are_not()
    {
        var unhandled = Listen<UnhandledMessage>();
        var actor = StartUntyped();
        actor.Tell("ignored");
        actor.Tell(17, Probe.Ref);
        var message = await unhandled.ExpectMsgAsync<UnhandledMessage>();
        message.Message.ShouldBe(17);
        message.Sender.ShouldBe(Probe.Ref);
        message.Recipient.ShouldBe(actor);
    }

    [Fact]
    public async Task The_first_handler_that_fits_takes_the_message()
    {
        var actor = StartReceive();
        await ExpectAsync(actor, 5, "small 5");
        await ExpectAsync(actor, 50, "number 50");
        await ExpectAsync(actor, "text", "text text");
        await ExpectAsync(actor, 2L, "later 2");
    }

    [Fact]
    public async Task A_message_without_a_handler_is_unhandled()
    {
        var unhandled = Listen<UnhandledMessage>();
        var actor = StartReceive();
        actor.Tell('c');
        (await unhandled.ExpectMsgAsync<UnhandledMessage>()).Message.ShouldBe('c');
    }

    [Fact]
    public async Task Become_exchanges_the_handlers()
    {
        var actor = StartReceive();
        actor.Tell("become any");
        await ExpectAsync(actor, 5, "any 5");
        actor.Tell("stack");
        await ExpectAsync(actor, "x", "stacked x");
        actor.Tell("unstack");
        await ExpectAsync(actor, 'c', "any c");
    }

    [Fact]
    public async Task Handlers_are_registered_in_the_constructor_and_in_Become_only()
    {
        var actor = StartReceive();
        actor.Tell("register");
        (await Probe.ExpectMsgAsync<string>()).ShouldStartWith("refused: Handlers can be registered only in the constructor of the actor");
        actor.Tell("become wrong");
        await Probe.ExpectMsgAsync("refused: A handler after ReceiveAny would never be called.");
    }

    private async Task ExpectAsync(IActorRef actor, object message, string answer)
    {
        actor.Tell(message);
        await Probe.ExpectMsgAsync(answer);
    }

    private IActorRef StartUntyped()
    {
        var probe = Probe.Ref;
        return System.ActorOf(Props.Create(() => new ChangingActor(probe)));
    }

    private IActorRef StartReceive()
    {
        var probe = Probe.Ref;
        return System.ActorOf(Props.Create(() => new HandlerActor(probe)));
    }

    private sealed class ChangingActor(IActorRef probe) : UntypedActor
    {
        protected override void OnReceive(object message) => Handle("first", message);

        private void Second(object message) => Handle("second", message);

        private void Third(object message) => Handle("third", message);

        private void Handle(string behaviour, object message)
        {
            switch (message)
            {
                case "become":
                    Become(Second);
                    break;
                case "stack":
                    BecomeStacked(Second);
                    break;
                case "stack third":
                    BecomeStacked(Third);
                    break;
                case "unstack":
                    UnbecomeStacked();
                    break;
                case "x":
                    probe.Tell(behaviour);
                    break;
                case string:
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }
    }

    private sealed class HandlerActor : ReceiveActor
    {
        private readonly IActorRef _probe;

        public HandlerActor(IActorRef probe)
        {
            _probe = probe;
            Receive<int>(n => _probe.Tell($"small {n}"), n => n < 10);
            Receive<int>(n => _probe.Tell($"number {n}"));
            Receive<string>(_ => Become(Any), s => s == "become any");
            Receive<string>(_ => Refuse(() => Receive<char>(_ => { })), s => s == "register");
            Receive<string>(_ => Refuse(() => Become(Wrong)), s => s == "become wrong");
            Receive<string>(s => _probe.Tell($"text {s}"));
            ReceiveAsync<long>(async n =>
            {
                await Task.Yield();
                _probe.Tell($"later {n}");
            });
        }

        private void Any()
        {
            Receive<string>(_ => BecomeStacked(Stacked), s => s == "stack");
            ReceiveAny(message => _probe.Tell($"any {message}"));
        }

        private void Stacked()
        {
            Receive<string>(_ => UnbecomeStacked(), s => s == "unstack");
            ReceiveAny(message => _probe.Tell($"stacked {message}"));
        }

        private void Wrong()
        {
            ReceiveAny(_ => { });
            Receive<int>(_ => { });
        }

        private void Refuse(Action action) => _probe.Tell($"refused: {Should.Throw<InvalidOperationException>(action).Message}");
    }
}
