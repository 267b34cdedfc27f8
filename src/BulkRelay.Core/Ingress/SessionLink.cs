using System.Net;
using System.Net.Sockets;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Tls;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// The connection of a session: what came in, what goes out, and every way in which waiting for the client can end. Waiting does not throw:
/// <see cref="State"/> says why there is nothing more.
/// </summary>
internal sealed class SessionLink : IDisposable
{
    /// <summary>How long a client that was hung up on gets to read the last reply and close its side.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    private const int MaxLinger = 256 * 1024;

    /// <summary>How long it may take to notice, while time is let pass, that the client has gone.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(0.5);

    private readonly Socket _socket;
    private readonly NetworkStream _network;
    private readonly TimeProvider _time;
    /// <summary>Not disposed of: the clock may fire once more while the session ends. It holds nothing that needs it.</summary>
    private readonly CancellationTokenSource _interrupt = new();
    private readonly SessionClock _clock;
    private bool _isIdle;
    private bool _stopRequested;

    public SessionLink(Socket socket, TimeProvider time, SmtpdPolicy policy, SessionTranscript? transcript)
    {
        _socket = socket;
        _time = time;
        Stream = _network = new NetworkStream(socket, ownsSocket: true);
        _clock = new SessionClock(time, policy, _interrupt);
        Input = new SessionInput(_network, policy.Snapshot.Get(CleanupParameters.LineLengthLimit));
        Output = new SessionOutput(_network) { Transcript = transcript };
    }

    /// <summary>What the octets go through: the network itself, or TLS.</summary>
    public Stream Stream { get; private set; }

    /// <summary>What the client sent.</summary>
    public SessionInput Input { get; }

    /// <summary>What it is to be told.</summary>
    public SessionOutput Output { get; }

    /// <summary>How the connection is.</summary>
    public LinkState State { get; private set; }

    /// <summary>Cancelled when waiting for or on behalf of the client has become pointless.</summary>
    public CancellationToken Interrupted => _interrupt.Token;

    /// <summary>True if the client has sent something that nobody has looked at.</summary>
    public bool HasPendingInput => !Input.IsEmpty || Available > 0;

    private int Available
    {
        get
        {
            try
            {
                return _socket.Available;
            }
            catch (Exception e) when (IsBroken(e))
            {
                return 0;
            }
        }
    }

    /// <summary>
    /// The address and port of an end of a connection. A program on this machine that came by another way than the network counts as one
    /// that came over loopback.
    /// </summary>
    public static IPEndPoint AddressOf(EndPoint? end) => end as IPEndPoint ?? new IPEndPoint(IPAddress.Loopback, 0);

    /// <summary>
    /// Sends what waits to be sent and waits for more input. False if there will be none.
    /// </summary>
    /// <param name="isIdle">True between transactions, when a stop of the relay may end the session.</param>
    public async ValueTask<bool> FillAsync(bool isIdle)
    {
        if (!await FlushAsync()) return false;
        Volatile.Write(ref _isIdle, isIdle);
        Interlocked.MemoryBarrier();
        if (isIdle && Volatile.Read(ref _stopRequested)) State = LinkState.Stopped;
        else await GuardAsync(FillInputAsync());
        Volatile.Write(ref _isIdle, false);
        return State == LinkState.Open;
    }

    /// <summary>Sends what waits to be sent. False if the client is gone or does not take it.</summary>
    public async ValueTask<bool> FlushAsync()
    {
        if (State == LinkState.Open && !Output.IsEmpty)
        {
            _clock.BeginRequest();
            _clock.BeginWait();
            await GuardAsync(Output.FlushAsync(Interrupted));
            _clock.EndWait(octets: 0);
            _clock.BeginRequest();
        }
        return State == LinkState.Open;
    }

    /// <summary>
    /// Sends what waits to be sent, throws away what was received and not looked at, and goes on over the stream that the handshake makes
    /// of the network. False if it makes none: then the connection is lost.
    /// </summary>
    public async ValueTask<bool> SecureAsync(Func<Stream, CancellationToken, ValueTask<Stream?>> handshake)
    {
        if (!await FlushAsync()) return false;
        _clock.Touch();
        var secured = await handshake(_network, Interrupted);
        if (secured is null)
        {
            State = LinkState.Lost;
            return false;
        }
        Stream = secured;
        Input.ReadFrom(secured);
        Output.WriteTo(secured);
        return true;
    }

    /// <summary>
    /// Lets time pass while the client is there: one that has gone must not hold a place. False if the wait was cut short; a client that
    /// only has nothing more to say may still be told what it waited for.
    /// </summary>
    public async ValueTask<bool> PauseAsync(TimeSpan time)
    {
        _clock.Touch();
        var begun = _time.GetTimestamp();
        while (State == LinkState.Open && time - _time.GetElapsedTime(begun) is var left && left > TimeSpan.Zero)
        {
            if (TcpState.IsClosedByPeer(_socket)) return false;
            await GuardAsync(new ValueTask(Task.Delay(left < Glance ? left : Glance, _time, Interrupted)));
        }
        return State == LinkState.Open;
    }

    /// <summary>Ends the session as soon as no transaction is under way. From any thread.</summary>
    public void RequestStop()
    {
        Volatile.Write(ref _stopRequested, true);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isIdle)) _interrupt.Cancel();
    }

    /// <summary>The client has no more time than this policy gives. From any thread.</summary>
    public void Hurry(SmtpdPolicy policy) => _clock.Hurry(policy);

    /// <summary>Something that waits on <see cref="Interrupted"/> was cancelled: the state becomes what it was cancelled for.</summary>
    public void NoteInterruption() => State = _clock.IsExpired ? LinkState.TimedOut : LinkState.Stopped;

    /// <summary>Ends the connection at once. From any thread.</summary>
    public void Abort() => _socket.Dispose();

    /// <summary>
    /// Sends the last replies and closes; just closes where a client did not take those before. Input that nobody read would make the
    /// system reset the connection, and the client would lose the reply that explains; so that input is drained for a moment.
    /// </summary>
    public async ValueTask CloseAsync()
    {
        if (Output.IsCutOff) return;
        using var limit = new CancellationTokenSource(Linger, _time);
        try
        {
            var tls = Stream as NotingSslStream;
            tls?.HoldUntilEnd();
            await Output.FlushAsync(limit.Token);
            if (tls is not null) await tls.EndAsync(limit.Token);
            _socket.Shutdown(SocketShutdown.Send);
            for (var drained = Input.Unread.Length; HasUnread(drained); Input.Advance(Input.Unread.Length))
            {
                if (!await Input.FillAsync(limit.Token)) return;
                drained += Input.Unread.Length;
            }
        }
        catch (Exception e) when (IsBroken(e))
        {
            State = LinkState.Lost;
        }
    }

    public void Dispose()
    {
        _clock.Dispose();
        Stream.Dispose();
        Input.Dispose();
    }

    private bool HasUnread(int drained) => drained is > 0 and < MaxLinger || Available > 0 && drained < MaxLinger;

    private async ValueTask FillInputAsync()
    {
        _clock.BeginWait();
        var before = Input.Unread.Length;
        if (!await Input.FillAsync(Interrupted)) State = LinkState.Lost;
        _clock.EndWait(Input.Unread.Length - before);
    }

    private async ValueTask GuardAsync(ValueTask operation)
    {
        try
        {
            await operation;
        }
        catch (OperationCanceledException)
        {
            NoteInterruption();
        }
        catch (Exception e) when (IsBroken(e))
        {
            State = LinkState.Lost;
        }
    }

    private static bool IsBroken(Exception e) =>
        e is IOException or SocketException or OperationCanceledException or ObjectDisposedException;
}
