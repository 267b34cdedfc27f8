using System.Net.Security;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>A TLS stream that keeps what its handshake found out.</summary>
internal sealed class NotingSslStream(HoldingStream inner) : SslStream(inner, leaveInnerStreamOpen: false)
{
    /// <summary>The verification of the client's certificate; null without one.</summary>
    public ClientCertificateCheck? Check { get; set; }

    /// <summary>The name that the client asked for, if there is a certificate for it; empty otherwise.</summary>
    public string MatchedName { get; set; } = "";

    /// <summary>What is written from now on leaves together with the end of TLS, in <see cref="EndAsync"/>.</summary>
    public void HoldUntilEnd() => inner.IsHolding = true;

    /// <summary>Tells the client that nothing more comes: one that sees no end of TLS has to think that somebody cut the connection.</summary>
    public async Task EndAsync(CancellationToken cancel)
    {
        await ShutdownAsync().WaitAsync(cancel);
        await inner.SendAsync(cancel);
    }
}
