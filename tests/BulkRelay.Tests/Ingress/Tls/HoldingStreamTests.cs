using BulkRelay.Core.Ingress.Tls;

namespace BulkRelay.Tests.Ingress.Tls;

/// <summary>What leaves together below TLS, and what must not wait.</summary>
public sealed class HoldingStreamTests
{
    private readonly Wire _wire = new();
    private readonly HoldingStream _stream;

    public HoldingStreamTests() => _stream = new HoldingStream(_wire);

    [Fact]
    public async Task What_is_not_held_leaves_at_once()
    {
        await _stream.WriteAsync(new byte[] { 1 });
        await _stream.WriteAsync(new byte[] { 2 });
        _wire.Events.ShouldBe(["sent 1", "sent 2"]);
    }

    [Fact]
    public async Task What_is_held_leaves_with_what_follows()
    {
        _stream.IsHolding = true;
        await _stream.WriteAsync(new byte[] { 1 });
        await _stream.WriteAsync(new byte[] { 2, 3 });
        _wire.Events.ShouldBeEmpty();
        _stream.IsHolding = false;
        await _stream.WriteAsync(new byte[] { 4 });
        await _stream.WriteAsync(new byte[] { 5 });
        _wire.Events.ShouldBe(["sent 1 2 3 4", "sent 5"]);
    }

    [Fact]
    public async Task Whoever_waits_for_the_client_sends_what_is_held_first()
    {
        _stream.IsHolding = true;
        await _stream.WriteAsync(new byte[] { 1 });
        (await _stream.ReadAsync(new byte[1])).ShouldBe(0);
        (await _stream.ReadAsync(new byte[1])).ShouldBe(0);
        _wire.Events.ShouldBe(["sent 1", "read", "read"]);
    }

    /// <summary>The tickets of TLS 1.3: the client may speak before it gets them.</summary>
    [Fact]
    public async Task What_was_held_does_not_leave_by_itself_before_the_next_word()
    {
        _stream.IsHolding = true;
        await _stream.WriteAsync(new byte[] { 1 });
        _stream.IsHolding = false;
        (await _stream.ReadAsync(new byte[1])).ShouldBe(0);
        _wire.Events.ShouldBe(["read"]);
        await _stream.SendAsync(default);
        await _stream.SendAsync(default);
        _wire.Events.ShouldBe(["read", "sent 1"]);
    }

    private sealed class Wire : MemoryStream
    {
        public List<string> Events { get; } = [];

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Events.Add("read");
            return ValueTask.FromResult(0);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Events.Add($"sent {string.Join(' ', buffer.ToArray())}");
            return ValueTask.CompletedTask;
        }
    }
}
