using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// A connection to Dovecot's auth service (Dovecot authentication protocol 1.x, client side): lines of fields with tabs between them.
/// What goes wrong is told in words, for the operator.
/// </summary>
internal sealed class DovecotLink(AuthSocket socket, SaslContext context) : IAsyncDisposable
{
    private const int MaxLine = 32 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What is promised unless Dovecot says otherwise.</summary>
    private const SaslSecurity Usual = SaslSecurity.NoPlaintext | SaslSecurity.NoActive | SaslSecurity.NoDictionary | SaslSecurity.NoAnonymous;

    /// <summary>The words behind a mechanism: what is promised against <see cref="Usual"/>, less or more.</summary>
    private static readonly Dictionary<string, SaslSecurity> Words = new(StringComparer.Ordinal)
    {
        ["plaintext"] = SaslSecurity.NoPlaintext,
        ["active"] = SaslSecurity.NoActive,
        ["dictionary"] = SaslSecurity.NoDictionary,
        ["anonymous"] = SaslSecurity.NoAnonymous,
        ["forward-secrecy"] = SaslSecurity.ForwardSecrecy,
        ["mutual-auth"] = SaslSecurity.MutualAuth,
    };

    private readonly List<SaslMechanism> _mechanisms = [];
    private byte[] _buffer = [];
    private NetworkStream? _stream;
    private int _start;
    private int _end;
    private bool _hasTurn;

    /// <summary>What Dovecot offers, after <see cref="OpenAsync"/>.</summary>
    public IReadOnlyList<SaslMechanism> Mechanisms => _mechanisms;

    /// <summary>Connects and shakes hands. Null, or what went wrong.</summary>
    public async ValueTask<string?> OpenAsync(CancellationToken cancel)
    {
        _hasTurn = await context.SignIns.Asking.EnterAsync(cancel);
        if (!_hasTurn) return $"too many clients sign in at once at {socket.Name}";
        return await GuardAsync(ShakeHandsAsync, cancel);
    }

    /// <summary>
    /// Sends a line and reads the answer's fields. Null fields come with what went wrong. What Dovecot has said already is no answer to it.
    /// </summary>
    public async ValueTask<(string[]? Answer, string? Trouble)> AskAsync(string line, CancellationToken cancel)
    {
        string[]? answer = null;
        var trouble = await GuardAsync(async limit =>
        {
            if (_start < _end || _stream!.DataAvailable) return "Dovecot gave an answer before it was asked";
            await SendAsync(line, limit);
            answer = await ReadAsync(limit);
            return answer is null ? "Dovecot closed the connection" : null;
        }, cancel);
        return (answer, trouble);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null) await _stream.DisposeAsync();
        CryptographicOperations.ZeroMemory(_buffer);
        if (_hasTurn) context.SignIns.Asking.Leave();
        _hasTurn = false;
    }

    private async Task<string?> ShakeHandsAsync(CancellationToken cancel)
    {
        _stream = await socket.ConnectAsync(cancel);
        _buffer = new byte[4096];
        // Dovecot wants a number that no other client of it has; it is meant to be a process id, but each exchange is a client here.
        var id = RandomNumberGenerator.GetInt32(1, int.MaxValue);
        await SendAsync(string.Create(CultureInfo.InvariantCulture, $"VERSION\t1\t1\nCPID\t{id}\n"), cancel);
        while (await ReadAsync(cancel) is { } fields)
        {
            switch (fields)
            {
                case ["VERSION", not "1", ..]:
                    return $"Dovecot speaks version {fields[1]} of its protocol, and version 1 is known here";
                case ["MECH", var name, .. var properties]:
                    if (!properties.Contains("private")) _mechanisms.Add(new SaslMechanism(name.ToUpperInvariant(), PromisesOf(properties)));
                    break;
                case ["DONE", ..]:
                    return null;
            }
        }
        return "Dovecot closed the connection";
    }

    private static SaslSecurity PromisesOf(string[] words) =>
        words.Aggregate(Usual, (all, word) => all ^ Words.GetValueOrDefault(word));

    private async Task<string?> GuardAsync(Func<CancellationToken, Task<string?>> talk, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Patience, context.SignIns.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return await talk(either.Token);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return $"Connect to {socket.Name} failed: {e.Message}";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"{socket.Name} did not answer in {Patience.TotalSeconds:0}s";
        }
    }

    private async Task SendAsync(string text, CancellationToken cancel)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        await _stream!.WriteAsync(octets, cancel);
        CryptographicOperations.ZeroMemory(octets);
    }

    /// <summary>The fields of the next line; null at the end, or after a line without one.</summary>
    private async Task<string[]?> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            var found = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, _start, found);
                _start += found + 1;
                return line.Split('\t');
            }
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end == MaxLine) return null;
            if (_end == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);
            var count = await _stream!.ReadAsync(_buffer.AsMemory(_end), cancel);
            if (count == 0) return null;
            _end += count;
        }
    }
}
