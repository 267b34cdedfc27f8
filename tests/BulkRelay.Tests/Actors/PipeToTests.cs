namespace BulkRelay.Tests.Actors;

public sealed class PipeToTests : ActorTest
{
    [Fact]
    public async Task A_result_is_told_with_the_sender_given()
    {
        var sender = Start(Nothing);
        await Task.FromResult("result").PipeTo(Probe.Ref, sender);
        await Probe.ExpectMsgAsync("result");
        Probe.LastSender.ShouldBe(sender);
    }

    [Fact]
    public async Task A_result_can_be_made_a_message()
    {
        await Task.FromResult(21).PipeTo(Probe.Ref, success: n => 2 * n);
        await Probe.ExpectMsgAsync(42);
    }

    [Fact]
    public async Task A_failure_is_told_as_Status_Failure_or_as_the_message_made_of_it()
    {
        await Task.FromException<int>(new FormatException("bad")).PipeTo(Probe.Ref);
        (await Probe.ExpectMsgAsync<Status.Failure>()).Cause.ShouldBeOfType<FormatException>();
        await Task.FromException<int>(new FormatException("bad")).PipeTo(Probe.Ref, failure: e => e.Message);
        await Probe.ExpectMsgAsync("bad");
    }

    [Fact]
    public async Task A_cancelled_task_is_a_failure()
    {
        await Task.FromCanceled<int>(new CancellationToken(true)).PipeTo(Probe.Ref);
        (await Probe.ExpectMsgAsync<Status.Failure>()).Cause.ShouldBeAssignableTo<OperationCanceledException>();
    }

    [Fact]
    public async Task Work_without_a_result_tells_the_message_made_for_it_or_nothing()
    {
        await Task.CompletedTask.PipeTo(Probe.Ref);
        await Task.CompletedTask.PipeTo(Probe.Ref, success: () => "done");
        await Probe.ExpectMsgAsync("done");
        await Task.FromException(new FormatException()).PipeTo(Probe.Ref);
        await Probe.ExpectMsgAsync<Status.Failure>();
        await Task.FromException(new FormatException("bad")).PipeTo(Probe.Ref, failure: e => e.Message);
        await Probe.ExpectMsgAsync("bad");
    }
}
