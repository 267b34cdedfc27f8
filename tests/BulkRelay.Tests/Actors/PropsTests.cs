namespace BulkRelay.Tests.Actors;

public sealed class PropsTests : ActorTest
{
    private readonly string _field = "field";

    private string Property => "property";

    [Fact]
    public async Task Arguments_may_be_locals_fields_properties_constants_and_calls()
    {
        var local = "local";
        var props = Props.Create(() => new TellingActor(Probe.Ref, local, _field, Property, string.Concat("a", "b"), null, 7));
        local = "changed";
        System.ActorOf(props);
        await Probe.ExpectMsgAsync("local field property ab none 7");
        local.ShouldBe("changed");
    }

    [Fact]
    public void Anything_else_than_a_constructor_call_is_refused()
    {
        var existing = new Lazy<TellingActor>(() => throw new InvalidOperationException());
        Should.Throw<ArgumentException>(() => Props.Create(() => existing.Value))
            .Message.ShouldStartWith("The create function must be a 'new T (args)' expression");
        Should.Throw<ArgumentException>(() => Props.Create(() => new SettableActor { Value = 1 }));
    }

    [Fact]
    public void A_constructor_that_is_not_public_is_refused() =>
        Should.Throw<ArgumentException>(() => Props.Create(() => new HiddenActor())).Message.ShouldStartWith("HiddenActor: the constructor");

    [Fact]
    public void An_argument_that_throws_throws_when_the_props_are_made()
    {
        var none = new Lazy<string>(() => throw new FormatException("bad"));
        Should.Throw<FormatException>(() => Props.Create(() => new TellingActor(Probe.Ref, none.Value, "", "", "", null, 0)));
    }

    [Fact]
    public async Task One_props_makes_many_actors()
    {
        var probe = Probe.Ref;
        var props = Props.Create(() => new TellingActor(probe, "a", "b", "c", "d", "e", 1));
        System.ActorOf(props).ShouldNotBe(System.ActorOf(props));
        await Probe.ExpectMsgAsync("a b c d e 1");
        await Probe.ExpectMsgAsync("a b c d e 1");
    }

    private sealed class TellingActor : UntypedActor
    {
        public TellingActor(IActorRef probe, string a, string b, string c, string d, object? e, long f) =>
            probe.Tell($"{a} {b} {c} {d} {e ?? "none"} {f}");

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class HiddenActor : UntypedActor
    {
        internal HiddenActor()
        {
        }

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class SettableActor : UntypedActor
    {
        public int Value { get; set; }

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
