using System.Buffers;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>
/// A stream below TLS that can keep what is written until more follows: what belongs together leaves in one segment, and wakes the client once. While
/// it holds, whoever is about to wait for the client sends it first.
/// </summary>
internal sealed class HoldingStream(Stream inner) : WrappedStream(inner)
{
    /// <summary>Null while nothing is held, which is nearly always: a silent session takes no memory here.</summary>
    private ArrayBufferWriter<byte>? _held;

    /// <summary>True while what is written is kept.</summary>
    public bool IsHolding { get; set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        IsHolding && _held is not null ? SendAndReadAsync(buffer, cancellationToken) : Inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!IsHolding && _held is null) return Inner.WriteAsync(buffer, cancellationToken);
        _held ??= new ArrayBufferWriter<byte>();
        _held.Write(buffer.Span);
        return IsHolding ? ValueTask.CompletedTask : SendAsync(cancellationToken);
    }

    /// <summary>Sends what is held.</summary>
    public ValueTask SendAsync(CancellationToken cancel)
    {
        if (_held is not { } held) return ValueTask.CompletedTask;
        _held = null;
        return Inner.WriteAsync(held.WrittenMemory, cancel);
    }

    private async ValueTask<int> SendAndReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        await SendAsync(cancel);
        return await Inner.ReadAsync(buffer, cancel);
    }
}
