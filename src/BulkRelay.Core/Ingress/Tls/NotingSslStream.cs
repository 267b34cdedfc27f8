using System.Net.Security;
using System.Security.Authentication;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>A TLS stream that keeps what its handshake found out, and sends together what belongs together.</summary>
internal sealed class NotingSslStream(Stream inner) : SslStream(new HoldingStream(inner) { IsHolding = true }, leaveInnerStreamOpen: false)
{
    private HoldingStream Below => (HoldingStream)InnerStream;

    /// <summary>The verification of the client's certificate; null without one.</summary>
    public ClientCertificateCheck? Check { get; set; }

    /// <summary>The name that the client asked for, if there is a certificate for it; empty otherwise.</summary>
    public string MatchedName { get; set; } = "";

    /// <summary>
    /// Ends a handshake that was successful. What it has left to send are the tickets of TLS 1.3, which no client waits for: they leave with the next
    /// reply. Before TLS 1.3 it is the end of the handshake itself.
    /// </summary>
    public ValueTask EndHandshakeAsync(CancellationToken cancel)
    {
        Below.IsHolding = false;
        return SslProtocol == SslProtocols.Tls13 ? ValueTask.CompletedTask : Below.SendAsync(cancel);
    }

    /// <summary>Sends what a handshake that failed has left to send: the alert that says what was wrong.</summary>
    public ValueTask SendAlertAsync(CancellationToken cancel) => Below.SendAsync(cancel);

    /// <summary>What is written from now on leaves together with the end of TLS, in <see cref="EndAsync"/>.</summary>
    public void HoldUntilEnd() => Below.IsHolding = true;

    /// <summary>Tells the client that nothing more comes: one that sees no end of TLS has to think that somebody cut the connection.</summary>
    public async Task EndAsync(CancellationToken cancel)
    {
        await ShutdownAsync().WaitAsync(cancel);
        await Below.SendAsync(cancel);
    }
}
