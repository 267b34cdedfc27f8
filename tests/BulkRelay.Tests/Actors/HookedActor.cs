namespace BulkRelay.Tests.Actors;

/// <summary>
/// Tells a probe each step of its life, numbered by instance. A string is reported; an exception is thrown; a function is called with the
/// context.
/// </summary>
public sealed class HookedActor : UntypedActor
{
    private readonly IActorRef _probe;
    private readonly Hooks _hooks;
    private readonly int _instance;

    public HookedActor(IActorRef probe, Hooks hooks)
    {
        _probe = probe;
        _hooks = hooks;
        _instance = ++hooks.Instances;
        Report("created");
        hooks.Constructor?.Invoke(_instance);
    }

    /// <summary>What the hooks do besides reporting. Shared by all instances.</summary>
    public sealed class Hooks
    {
        public int Instances { get; set; }

        public Action<int>? Constructor { get; init; }

        public Action<int>? PreStart { get; init; }

        public Action? PreRestart { get; init; }

        public Action? PostRestart { get; init; }

        public Action? PostStop { get; init; }

        public bool KeepChildren { get; init; }

        public SupervisorStrategy? Strategy { get; init; }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Exception failure:
                throw failure;
            case Action<IActorContext> action:
                action(Context);
                break;
            case string text:
                Report(text);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PreStart()
    {
        Report("PreStart");
        _hooks.PreStart?.Invoke(_instance);
    }

    protected override void PostStop()
    {
        Report("PostStop");
        _hooks.PostStop?.Invoke();
    }

    protected override void PreRestart(Exception reason, object? message)
    {
        Report($"PreRestart({reason.Message}, {(message as Exception)?.Message ?? "none"})");
        _hooks.PreRestart?.Invoke();
        if (!_hooks.KeepChildren)
            base.PreRestart(reason, message);
    }

    protected override void PostRestart(Exception reason)
    {
        Report($"PostRestart({reason.Message})");
        _hooks.PostRestart?.Invoke();
        base.PostRestart(reason);
    }

    protected override SupervisorStrategy SupervisorStrategy() => _hooks.Strategy ?? base.SupervisorStrategy();

    private void Report(string step) => _probe.Tell($"{_instance} {step}", Self);
}
