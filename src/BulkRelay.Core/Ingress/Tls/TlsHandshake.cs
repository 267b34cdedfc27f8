using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BulkRelay.Core.Tls;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>Makes the connection of a session a TLS connection, and tells the log about it.</summary>
internal sealed class TlsHandshake(SmtpSession session)
{
    private const int MaxReason = 200;
    private static readonly TimeSpan AlertLimit = TimeSpan.FromSeconds(1);

    private readonly TlsServer _tls = session.Policy.Tls;

    /// <summary>
    /// Sends what waits to be sent in clear and makes the handshake. Nothing that the client said before has effect after it. False if it
    /// failed: then the connection is of no use.
    /// </summary>
    public async ValueTask<bool> RunAsync(ServerCertificates certificates)
    {
        if (!await session.Link.SecureAsync((stream, cancel) => AuthenticateAsync(stream, certificates, cancel))) return false;
        var stream = (NotingSslStream)session.Link.Stream;
        var state = TlsStates.Of(stream, PeerOf(stream));
        session.BeginAnew(state);
        LogState(stream, state);
        return true;
    }

    /// <summary>Makes the handshake with which a service in wrapper mode begins. False if there is nothing more to say to the client.</summary>
    public static async ValueTask<bool> BeginInWrapperAsync(SmtpSession session)
    {
        if (session.Gate?.RefuseTls(isWrapper: true) is null && session.Policy.Tls.Credentials?.Current() is { } certificates)
            return await new TlsHandshake(session).RunAsync(certificates);
        session.CloseAfterReply();
        return false;
    }

    /// <summary>The last reply to a client that may not stay, once the handshake is done; null if it may.</summary>
    public static Reply? Refuse(SmtpSession session)
    {
        if (session.Gate?.CountTlsSession() is { } tooMany) return tooMany;
        if (!session.Policy.Tls.RequiresCertificate || session.Access.Tls is not { Peer: not { IsTrusted: true } } tls) return null;
        var reason = tls.Peer is null ? "No client certificate presented" : "Client certificate not trusted";
        session.Log.Info($"NOQUEUE: abort: TLS from {session.Client.NameAndAddress}: {reason}");
        return new Reply($"421 4.7.1 {session.Policy.Hostname} Error: {reason}");
    }

    private async ValueTask<Stream?> AuthenticateAsync(Stream plain, ServerCertificates certificates, CancellationToken cancel)
    {
        if (_tls.LogLevel >= 2) session.Log.Info($"setting up TLS connection from {session.Client.NameAndAddress}");
        using var timeout = new CancellationTokenSource(_tls.Timeout, session.Services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        var dump = _tls.LogLevel >= 3 ? new DumpStream(plain, session) : null;
        NotingSslStream? stream = null;
        try
        {
            var (inner, knowsEllipticCurves) = await LookAheadAsync(dump ?? plain, certificates, either.Token);
            stream = new NotingSslStream(inner);
            await ShakeHandsAsync(stream, certificates, knowsEllipticCurves, either.Token);
            await stream.EndHandshakeAsync(either.Token);
            if (_tls.LogLevel == 3) dump!.IsOff = true;
            return stream;
        }
        catch (Exception e) when (IsFailure(e))
        {
            LogFailure(e, timeout.IsCancellationRequested);
        }
        if (stream is not null) await DismissAsync(stream);
        return null;
    }

    /// <summary>The client gets the alert, if it is still there.</summary>
    private async ValueTask DismissAsync(NotingSslStream stream)
    {
        try
        {
            using var limit = new CancellationTokenSource(AlertLimit, session.Services.Time);
            await stream.SendAlertAsync(limit.Token);
        }
        catch (Exception e) when (IsFailure(e))
        {
            // It is gone, which the log has said already.
        }
        await stream.DisposeAsync();
    }

    private Task ShakeHandsAsync(NotingSslStream stream, ServerCertificates certificates, bool knowsEllipticCurves, CancellationToken cancel) =>
        _tls.Names is null
            ? stream.AuthenticateAsServerAsync(certificates.For(knowsEllipticCurves), cancel)
            : stream.AuthenticateAsServerAsync(ChooseAsync, (certificates, knowsEllipticCurves), cancel);

    /// <summary>Whether the client takes an EC certificate; asked only where there is a choice.</summary>
    private static async ValueTask<(Stream Stream, bool KnowsEllipticCurves)> LookAheadAsync(
        Stream stream, ServerCertificates certificates, CancellationToken cancel)
    {
        if (!certificates.HasBoth) return (stream, true);
        var ahead = await LookAheadStream.ReadAsync(stream, cancel);
        return (ahead, ClientHello.KnowsEcdsa(ahead.Record));
    }

    private async ValueTask<SslServerAuthenticationOptions> ChooseAsync(
        SslStream stream, SslClientHelloInfo hello, object? state, CancellationToken cancel)
    {
        var (certificates, knowsEllipticCurves) = ((ServerCertificates, bool))state!;
        if (await _tls.Names!.FindAsync(hello.ServerName, cancel) is { } named)
        {
            certificates = named;
            ((NotingSslStream)stream).MatchedName = hello.ServerName;
        }
        return certificates.For(knowsEllipticCurves);
    }

    private PeerCertificate? PeerOf(NotingSslStream stream)
    {
        if (stream.Check is not { } check || stream.RemoteCertificate is not X509Certificate2 certificate) return null;
        return TlsStates.Describe(certificate, check.IsTrusted && check.Depth <= _tls.VerifyDepth, _tls.Digest);
    }

    private void LogState(NotingSslStream stream, TlsState state)
    {
        var (log, client) = (session.Log, session.Client.NameAndAddress);
        if (state.Peer is { } peer && _tls.LogLevel >= 2)
        {
            log.Info($"{client}: subject_CN={peer.SubjectCommonName}, issuer={peer.IssuerCommonName}, "
                + $"fingerprint={peer.CertificateFingerprint}, pkey_fingerprint={peer.PublicKeyFingerprint}");
        }
        if (_tls.LogLevel == 0) return;
        if (state.Peer is { IsTrusted: false } && (_tls.RequiresCertificate || _tls.LogLevel >= 2))
        {
            var problem = stream.Check!.IsTrusted ? "certificate chain too long" : stream.Check.Problem;
            log.Info($"certificate verification failed for {client}: {problem}");
        }
        var trust = state.Peer is null ? "Anonymous" : state.Peer.IsTrusted ? "Trusted" : "Untrusted";
        var to = stream.MatchedName.Length > 0 ? $" to {stream.MatchedName}" : "";
        log.Info($"{trust} TLS connection established from {client}{to}: {state.Protocol} with cipher {state.Cipher} ({state.UsedBits}/{state.CipherBits} bits)");
    }

    private void LogFailure(Exception e, bool isTimeout)
    {
        var client = session.Client.NameAndAddress;
        if (isTimeout) session.Log.Info($"SSL_accept error from {client}: Connection timed out");
        else if (e is not AuthenticationException and not CryptographicException) session.Log.Info($"SSL_accept error from {client}: lost connection");
        else
        {
            while (e.InnerException is { } inner) e = inner;
            session.Log.Info($"SSL_accept error from {client}: -1");
            session.Log.Warning($"TLS library problem: {e.Message[..Math.Min(e.Message.Length, MaxReason)]}");
        }
    }

    private static bool IsFailure(Exception e) => e is AuthenticationException or CryptographicException or IOException or SocketException
        or ObjectDisposedException or OperationCanceledException;
}
