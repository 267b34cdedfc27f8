namespace BulkRelay.Tests.Actors;

public sealed class TellTests : ActorTest
{
    [Fact]
    public async Task A_message_arrives_with_its_sender_and_the_answer_comes_back()
    {
        var echo = Start((context, message) => context.Sender.Tell(message));
        echo.Tell("hello", Probe.Ref);
        await Probe.ExpectMsgAsync("hello");
        Probe.LastSender.ShouldBe(echo);
    }

    [Fact]
    public async Task Without_a_sender_the_sender_is_dead_letters()
    {
        var actor = Start((context, _) => Probe.Ref.Tell(context.Sender));
        actor.Tell("who?");
        (await Probe.ExpectMsgAsync<IActorRef>()).ShouldBe(System.DeadLetters);
    }

    [Fact]
    public async Task Forward_keeps_the_original_sender()
    {
        var echo = Start((context, message) => context.Sender.Tell(message));
        var relay = Start((_, message) => echo.Forward(message));
        relay.Tell("hello", Probe.Ref);
        await Probe.ExpectMsgAsync("hello");
        Probe.LastSender.ShouldBe(echo);
    }

    [Fact]
    public void Null_is_no_message() =>
        Should.Throw<InvalidMessageException>(() => Probe.Ref.Tell(null!, ActorRefs.NoSender));

    [Fact]
    public void Nobody_swallows_messages_and_is_nobody()
    {
        ActorRefs.Nobody.Tell("x");
        ActorRefs.Nobody.IsNobody().ShouldBeTrue();
        ActorRefs.NoSender.IsNobody().ShouldBeTrue();
        Probe.Ref.IsNobody().ShouldBeFalse();
    }
}
