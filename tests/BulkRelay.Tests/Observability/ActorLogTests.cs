using System.Text;
using BulkRelay.Core;
using BulkRelay.Core.Observability;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Observability;

public sealed class ActorLogTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryStream _file = new();
    private readonly MailLog _log;
    private readonly ActorSystem _system;
    private readonly IActorRef _logActor;

    public ActorLogTests()
    {
        _system = ActorSystems.Create("relay", _time);
        _log = new MailLog(() => _file, "host", _time);
        _logActor = ActorLog.Start(_system, _log.For("postfix", "master"));
    }

    [Fact]
    public async Task A_failure_is_an_error_line_with_path_decision_and_stack()
    {
        await PublishedAsync<Error>(() => StartActor().Tell(new FormatException("first\nsecond")));
        var line = (await LinesAsync()).ShouldHaveSingleItem();
        line.ShouldContain("error: actor akka://relay/user/actor: first?second (Restart): System.FormatException: first | second |");
        line.ShouldContain(nameof(FailingActor));
    }

    [Fact]
    public async Task A_failure_that_was_resumed_is_a_warning_line()
    {
        _system.EventStream.Publish("not for the log");
        await PublishedAsync<Warning>(() => _system.ActorOf(Props.Create(() => new ResumingActor())).Tell("x"));
        (await LinesAsync()).ShouldHaveSingleItem().ShouldContain("warning: actor akka://relay/user/$a/child: bad (Resume): ");
    }

    [Fact]
    public async Task Undelivered_messages_are_logged_by_type_and_beyond_some_only_counted()
    {
        for (var i = 0; i < 25; i++)
            _system.DeadLetters.Tell("secret");
        await _time.WaitForTimersAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        var lines = await LinesAsync();
        lines.Length.ShouldBe(11);
        lines.Take(10).ShouldAllBe(l => l.Contains(
            "warning: message String from akka://relay/deadLetters not delivered: akka://relay/deadLetters has ended"));
        lines[10].ShouldContain("warning: 15 more messages to actors were not delivered in the last minute");
    }

    [Fact]
    public async Task A_few_undelivered_messages_need_no_count()
    {
        _system.DeadLetters.Tell("x");
        await _time.WaitForTimersAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        (await LinesAsync()).ShouldHaveSingleItem().ShouldContain("not delivered");
    }

    [Fact]
    public async Task An_unknown_message_names_its_type_and_its_receiver()
    {
        await PublishedAsync<UnhandledMessage>(() => StartActor().Tell(new Version(1, 2)));
        (await LinesAsync()).ShouldHaveSingleItem()
            .ShouldContain("warning: message Version from akka://relay/deadLetters not known to akka://relay/user/actor");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(TestProbe.Patience);
        _log.Dispose();
    }

    private IActorRef StartActor() => _system.ActorOf(Props.Create(() => new FailingActor()), "actor");

    /// <summary>Waits for an event. The log subscribed earlier, so it has been told by then.</summary>
    private async Task PublishedAsync<T>(Action cause)
    {
        var probe = new TestProbe(_system, "probe");
        _system.EventStream.Subscribe(probe.Ref, typeof(T));
        cause();
        await probe.ExpectMsgAsync<T>();
    }

    /// <summary>The lines of all that the log has been told so far.</summary>
    private async Task<string[]> LinesAsync()
    {
        (await _logActor.GracefulStop(TestProbe.Patience)).ShouldBeTrue();
        _log.Dispose();
        return Encoding.UTF8.GetString(_file.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed class FailingActor : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Exception failure)
                throw failure;
            Unhandled(message);
        }
    }

    private sealed class ResumingActor : UntypedActor
    {
        protected override void OnReceive(object message) =>
            Context.ActorOf(Props.Create(() => new FailingActor()), "child").Tell(new FormatException("bad"));

        protected override SupervisorStrategy SupervisorStrategy() => new LoggedStrategy(_ => Directive.Resume);
    }
}
