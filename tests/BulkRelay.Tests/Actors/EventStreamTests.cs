using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Actors;

public sealed class EventStreamTests : ActorTest
{
    [Fact]
    public async Task An_event_reaches_those_who_subscribed_to_its_type_or_a_base_of_it()
    {
        System.EventStream.Subscribe(Probe.Ref, typeof(IOException)).ShouldBeTrue();
        System.EventStream.Publish(new FormatException());
        System.EventStream.Publish(new FileNotFoundException());
        await Probe.ExpectMsgAsync<FileNotFoundException>();
        Probe.LastSender.ShouldBe(System.DeadLetters);
    }

    [Fact]
    public async Task A_subscription_exists_once_and_ends_with_Unsubscribe()
    {
        System.EventStream.Subscribe(Probe.Ref, typeof(string)).ShouldBeTrue();
        System.EventStream.Subscribe(Probe.Ref, typeof(string)).ShouldBeFalse();
        System.EventStream.Subscribe(Probe.Ref, typeof(Version)).ShouldBeTrue();
        System.EventStream.Subscribe(Probe.Ref, typeof(Uri)).ShouldBeTrue();
        System.EventStream.Unsubscribe(Probe.Ref, typeof(string)).ShouldBeTrue();
        System.EventStream.Unsubscribe(Probe.Ref, typeof(string)).ShouldBeFalse();
        System.EventStream.Publish("not received");
        System.EventStream.Publish(new Version(1, 0));
        await Probe.ExpectMsgAsync<Version>();
        System.EventStream.Unsubscribe(Probe.Ref).ShouldBeTrue();
        System.EventStream.Unsubscribe(Probe.Ref).ShouldBeFalse();
        System.EventStream.Publish(new Version(1, 0));
        Probe.Ref.Tell("last");
        await Probe.ExpectMsgAsync("last");
    }

    [Fact]
    public async Task A_subscriber_that_has_ended_is_forgotten()
    {
        var deadLetters = Listen<DeadLetter>();
        System.EventStream.Subscribe(Probe.Ref, typeof(string));
        await Probe.Ref.GracefulStop(Patience);
        System.EventStream.Publish("to nobody");
        System.EventStream.Unsubscribe(Probe.Ref).ShouldBeFalse();
        System.DeadLetters.Tell("last");
        (await deadLetters.ExpectMsgAsync<DeadLetter>()).Message.ShouldBe("last");
    }

    [Fact]
    public async Task What_is_told_to_dead_letters_is_published_with_sender_and_recipient()
    {
        var deadLetters = Listen<DeadLetter>();
        System.DeadLetters.Tell("a", Probe.Ref);
        var letter = await deadLetters.ExpectMsgAsync<DeadLetter>();
        letter.Message.ShouldBe("a");
        letter.Sender.ShouldBe(Probe.Ref);
        letter.Recipient.ShouldBe(System.DeadLetters);
        System.DeadLetters.Tell("b");
        (await deadLetters.ExpectMsgAsync<DeadLetter>()).Sender.ShouldBe(System.DeadLetters);
    }

    [Fact]
    public async Task A_message_to_an_actor_that_has_ended_is_a_dead_letter_unless_it_asks_not_to_be()
    {
        var deadLetters = Listen<DeadLetter>();
        var actor = new TestProbe(System).Ref;
        await actor.GracefulStop(Patience);
        actor.Tell(new Unimportant());
        actor.Tell(PoisonPill.Instance);
        actor.Tell("important");
        var letter = await deadLetters.ExpectMsgAsync<DeadLetter>();
        letter.Message.ShouldBe("important");
        letter.Recipient.ShouldBe(actor);
    }

    [Fact]
    public async Task A_dead_letter_that_is_itself_undeliverable_makes_no_other()
    {
        var deadLetters = Listen<DeadLetter>();
        System.DeadLetters.Tell(new DeadLetter("x", Probe.Ref, Probe.Ref));
        System.DeadLetters.Tell("last");
        (await deadLetters.ExpectMsgAsync<DeadLetter>()).Message.ShouldBe("last");
    }

    private sealed class Unimportant : IDeadLetterSuppression;
}
