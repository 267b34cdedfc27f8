using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// The way in: one <see cref="ListenerActor"/> for each inet service. On <see cref="IngressProtocol.Drain"/> it lets them drain and ends
/// after the last one. A listener that fails is restarted with the same sockets.
/// </summary>
public sealed class IngressActor(IReadOnlyList<ListenerOptions> listeners, IngressServices services) : UntypedActor
{
    private readonly HashSet<IActorRef> _running = [];
    private bool _isDraining;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        for (var i = 0; i < listeners.Count; i++)
        {
            var options = listeners[i];
            var listener = Context.ActorOf(Props.Create(() => new ListenerActor(options, services)), $"listener-{i}");
            Context.Watch(listener);
            _running.Add(listener);
        }
    }

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => LoggedStrategy.Default;

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case IngressProtocol.Drain:
                _isDraining = true;
                foreach (var listener in _running) listener.Tell(IngressProtocol.Drain.Instance);
                StopWhenDrained();
                break;
            case Terminated terminated:
                _running.Remove(terminated.ActorRef);
                StopWhenDrained();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void PostStop() => services.Anvil.Report();

    private void StopWhenDrained()
    {
        if (_isDraining && _running.Count == 0) Context.Stop(Self);
    }
}
