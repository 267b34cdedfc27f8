namespace BulkRelay.Tests.Actors;

public sealed class AskTests : ActorTest
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task The_first_answer_completes_the_question()
    {
        var actor = Start((context, message) => context.Sender.Tell($"answer to {message}"));
        (await actor.Ask<string>("a", Patience)).ShouldBe("answer to a");
        (await actor.Ask<string>("b", CancellationToken.None)).ShouldBe("answer to b");
        (await actor.Ask<object>("c")).ShouldBe("answer to c");
        Time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public async Task Without_an_answer_in_time_it_fails()
    {
        var question = Start(Nothing).Ask<string>("x", 5 * Second);
        Time.Advance(4 * Second);
        question.IsCompleted.ShouldBeFalse();
        Time.Advance(Second);
        await Should.ThrowAsync<AskTimeoutException>(() => question.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_cancelled_token_ends_the_waiting()
    {
        using var cancellation = new CancellationTokenSource();
        var question = Start(Nothing).Ask<string>("x", 5 * Second, cancellation.Token);
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => question.WaitAsync(Patience));
        Time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public async Task A_failure_as_answer_is_thrown_to_the_one_who_asked()
    {
        var actor = Start((context, message) => context.Sender.Tell(new Status.Failure((Exception)message)));
        await Should.ThrowAsync<FormatException>(() => actor.Ask<string>(new FormatException(), Patience));
    }

    [Fact]
    public async Task Success_is_an_answer_as_any_other()
    {
        var actor = Start((context, message) => context.Sender.Tell(new Status.Success(message)));
        (await actor.Ask<Status.Success>("x", Patience)).Status.ShouldBe("x");
        (await actor.Ask<Status>("x", Patience)).ShouldBeOfType<Status.Success>();
    }

    [Fact]
    public async Task An_answer_of_another_type_is_an_error_of_the_one_who_asked()
    {
        var actor = Start((context, _) => context.Sender.Tell("text"));
        (await Should.ThrowAsync<ArgumentException>(() => actor.Ask<Uri>("x", Patience))).Message.ShouldContain("System.String");
    }

    [Fact]
    public async Task A_second_answer_is_a_dead_letter()
    {
        var deadLetters = Listen<DeadLetter>();
        var actor = Start((context, _) =>
        {
            context.Sender.Tell("first");
            context.Sender.Tell("second");
        });
        (await actor.Ask<string>("x", Patience)).ShouldBe("first");
        (await deadLetters.ExpectMsgAsync<DeadLetter>()).Message.ShouldBe("second");
    }

    [Fact]
    public void Nobody_cannot_be_asked() =>
        Should.Throw<ArgumentException>(() => ActorRefs.Nobody.Ask<string>("x")).Message.ShouldContain("Unable to resolve");
}
