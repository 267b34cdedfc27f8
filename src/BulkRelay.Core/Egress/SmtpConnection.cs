using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>
/// The bytes of one connection to an SMTP server: ordered writing, reading of replies, TLS, and a time limit on each wait. It
/// knows no commands. Everything that ends the connection is a <see cref="ConnectionFaultException"/>.
/// <para>
/// Time limits are those of a whole step, not of a single system call: a peer that sends or takes an octet now and then does not
/// extend them. They work by closing the socket, so that they hold for every kind of wait.
/// </para>
/// Used by one caller at a time; only <see cref="Abort"/> may be called from elsewhere.
/// </summary>
internal sealed class SmtpConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly ITimer _watchdog;
    private readonly ReplyParser _replies = new();
    private readonly byte[] _input = new byte[ReplyParser.MaxLineLength];
    private int _inputStart;
    private int _inputEnd;
    private Task<int>? _ahead;
    private Stream _stream = Stream.Null;
    private volatile bool _timedOut;

    public SmtpConnection(Socket socket, TimeProvider time)
    {
        _socket = socket;
        _watchdog = time.CreateTimer(static state => ((SmtpConnection)state!).OnTimeout(), this,
            Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Where everything leaves; the next <see cref="FlushAsync"/> sends what was written.</summary>
    public ConnectionOutput Output { get; } = new();

    /// <summary>True once TLS was started.</summary>
    public bool IsEncrypted => _stream is SslStream;

    /// <summary>What the TLS connection can be told apart by; null in clear.</summary>
    public TransportContext? Tls => (_stream as SslStream)?.TransportContext;

    /// <summary>True if the peer has sent more than was asked for.</summary>
    public bool HasUnreadReply => _inputStart < _inputEnd;

    /// <summary>True if the peer has something to say, or has closed the connection, while nothing is expected of it.</summary>
    public bool HasInput => HasUnreadReply || (IsEncrypted ? HasDecryptedInput() : HasSocketInput());

    /// <summary>Connects. Returns whether it did; the reason of a failure is the system's.</summary>
    public async ValueTask<SocketError> ConnectAsync(IPEndPoint server, TimeSpan timeout)
    {
        try
        {
            _socket.NoDelay = true;
            if (timeout > TimeSpan.Zero) Limit(timeout);
            await _socket.ConnectAsync(server);
            GoOnOver(new NetworkStream(_socket, ownsSocket: false));
            return SocketError.Success;
        }
        catch (Exception e) when (IsConnectionFault(e))
        {
            return _timedOut ? SocketError.TimedOut : (e as SocketException)?.SocketErrorCode ?? SocketError.OperationAborted;
        }
    }

    /// <summary>Adds content to the output. What has to be sent for it is sent within the time limit.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, TimeSpan timeout)
    {
        try
        {
            if (!Output.HasRoomFor(octets.Length)) Limit(timeout);
            await Output.WriteAsync(octets);
        }
        catch (Exception e) when (IsConnectionFault(e))
        {
            throw Fault(e);
        }
    }

    /// <summary>Sends what is in the output. When it returns, the system has taken all of it.</summary>
    public async ValueTask FlushAsync(TimeSpan timeout)
    {
        if (Output.Length == 0) return;
        try
        {
            Limit(timeout);
            await Output.FlushAsync();
        }
        catch (Exception e) when (IsConnectionFault(e))
        {
            throw Fault(e);
        }
    }

    /// <summary>The next reply. The limit is for the whole of it.</summary>
    public async ValueTask<ReceivedReply> ReadReplyAsync(TimeSpan timeout)
    {
        for (var isLimited = false; ; isLimited = true)
        {
            var result = _replies.Parse(_input.AsSpan(_inputStart, _inputEnd - _inputStart), out var consumed, out var reply);
            _inputStart += consumed;
            if (result == ReplyParseResult.Complete) return reply!;
            if (result == ReplyParseResult.Malformed) throw new ConnectionFaultException(ConnectionFault.Protocol, "not an SMTP reply");
            if (!isLimited) Limit(timeout);
            await ReceiveAsync();
        }
    }

    /// <summary>
    /// Starts TLS, and returns its stream for what was agreed on. What the peer sent in clear behind its reply to STARTTLS is dropped: it
    /// could be anybody's (CVE-2011-0411).
    /// </summary>
    public async Task<SslStream> StartTlsAsync(SslClientAuthenticationOptions options, TimeSpan timeout)
    {
        _inputStart = _inputEnd = 0;
        var tls = new SslStream(_stream);
        try
        {
            Limit(timeout);
            await tls.AuthenticateAsClientAsync(options);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            await tls.DisposeAsync();
            throw new ConnectionFaultException(ConnectionFault.Tls, e.Message, e);
        }
        GoOnOver(tls);
        return tls;
    }

    /// <summary>No wait is going on: no time limit runs.</summary>
    public void Rest() => _watchdog.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Closes the socket under whatever waits for it.</summary>
    public void Abort() => _socket.Dispose();

    public void Dispose()
    {
        _watchdog.Dispose();
        Output.Clear();
        _stream.Dispose();
        _socket.Dispose();
    }

    private void GoOnOver(Stream stream)
    {
        Output.WriteTo(stream);
        _stream = stream;
    }

    private void OnTimeout()
    {
        _timedOut = true;
        Abort();
    }

    private void Limit(TimeSpan timeout) => _watchdog.Change(timeout, Timeout.InfiniteTimeSpan);

    private bool HasSocketInput()
    {
        try
        {
            return _socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>
    /// What is on the socket may belong to TLS itself: only a read can tell. It goes on if there is nothing, and is the next that is waited for.
    /// </summary>
    private bool HasDecryptedInput()
    {
        try
        {
            if (_ahead is null)
            {
                _inputStart = _inputEnd = 0;
                _ahead = _stream.ReadAsync(_input).AsTask();
            }
            return _ahead.IsCompleted;
        }
        catch (Exception e) when (IsConnectionFault(e))
        {
            return true;
        }
    }

    private async ValueTask ReceiveAsync()
    {
        _input.AsSpan(_inputStart, _inputEnd - _inputStart).CopyTo(_input);
        _inputEnd -= _inputStart;
        _inputStart = 0;
        try
        {
            var count = await ReadAsync(_input.AsMemory(_inputEnd));
            if (count == 0) throw new ConnectionFaultException(ConnectionFault.Lost, "closed by the peer");
            _inputEnd += count;
        }
        catch (Exception e) when (IsConnectionFault(e))
        {
            throw Fault(e);
        }
    }

    /// <summary>Reads, or waits for the read that is under way: then nothing was in the buffer.</summary>
    private ValueTask<int> ReadAsync(Memory<byte> room)
    {
        if (_ahead is not { } ahead) return _stream.ReadAsync(room);
        _ahead = null;
        return new ValueTask<int>(ahead);
    }

    private static bool IsConnectionFault(Exception e) => e is SocketException or IOException or ObjectDisposedException;

    private ConnectionFaultException Fault(Exception e) => new(_timedOut ? ConnectionFault.TimedOut : ConnectionFault.Lost, e.Message, e);
}
