namespace BulkRelay.Core.Observability;

/// <summary>
/// Akka.NET's default supervision (restart; stop what could not be initialised or was killed), whose events also say what became of the
/// actor that failed. Each parent in the relay has it but the listener, which ends a session that failed and says so itself.
/// </summary>
/// <param name="decide">What becomes of an actor after a failure.</param>
internal sealed class LoggedStrategy(Func<Exception, Directive> decide) : OneForOneStrategy(decide)
{
    /// <summary>With Akka.NET's default decisions.</summary>
    public static LoggedStrategy Default { get; } = new(DefaultDecider.Decide);

    protected override void LogFailure(IActorContext context, IActorRef child, Exception cause, Directive directive)
    {
        var (path, type, text) = (child.Path.ToString(), child.GetType(), $"{cause.Message} ({directive})");
        LogEvent logged = directive == Directive.Resume ? new Warning(cause, path, type, text) : new Error(cause, path, type, text);
        context.System.EventStream.Publish(logged);
    }

    /// <summary>Makes it the strategy over the topmost actors, as <c>akka.actor.guardian-supervisor-strategy</c>.</summary>
    internal sealed class ForGuardian : SupervisorStrategyConfigurator
    {
        public override SupervisorStrategy Create() => Default;
    }
}
