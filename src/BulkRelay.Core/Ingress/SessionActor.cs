using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// Owns one connection: starts its protocol loop, passes the request to stop on to it, and closes the connection when it ends itself.
/// The loop runs on the thread pool; no octet of mail goes through the mailbox.
/// </summary>
internal sealed class SessionActor(
    Socket socket, SmtpdPolicy policy, IngressServices services, ServiceLog log, ServiceLog cleanupLog) : UntypedActor
{
    private readonly SmtpSession? _session = TryOpen(socket, policy, services, log, cleanupLog);
    private bool _hasEnded;

    protected override void PreStart()
    {
        var session = _session;
        var run = session is null ? Task.CompletedTask : Task.Run(() => RunAsync(session));
        run.PipeTo(Self, success: () => SessionEnded.Instance, failure: e => new SessionFailed(e));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SessionEnded:
                _hasEnded = true;
                Context.Stop(Self);
                break;
            case SessionFailed failed:
                _hasEnded = true;
                ExceptionDispatchInfo.Throw(failed.Cause);
                break;
            case IngressProtocol.Drain:
                _session?.RequestStop();
                break;
            case IngressProtocol.Hurry hurry:
                _session?.Link.Hurry(hurry.Policy);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        if (_hasEnded) _session?.Dispose();
        else _session?.Abort();
    }

    /// <summary>The memory goes back with the dialogue's own end, which the actor may not live to see.</summary>
    private static async Task RunAsync(SmtpSession session)
    {
        try
        {
            await new SmtpDialogue(session).RunAsync();
        }
        finally
        {
            session.Content.Discard();
        }
    }

    /// <summary>Null for a client that has gone already.</summary>
    private static SmtpSession? TryOpen(
        Socket socket, SmtpdPolicy policy, IngressServices services, ServiceLog log, ServiceLog cleanupLog)
    {
        try
        {
            return new SmtpSession(socket, policy, services, log, cleanupLog);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            socket.Dispose();
            return null;
        }
    }

    private sealed record SessionEnded
    {
        public static readonly SessionEnded Instance = new();
    }

    private sealed record SessionFailed(Exception Cause);
}
