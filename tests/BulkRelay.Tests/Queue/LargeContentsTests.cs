using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

public sealed class LargeContentsTests
{
    private readonly LargeContents _contents = new();
    private readonly TaskCompletionSource<MessageContent?> _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _reads;

    [Fact]
    public async Task Deliveries_of_one_message_share_what_is_read_once()
    {
        var deliveries = Enumerable.Range(0, 5).Select(_ => _contents.ReadAsync(1, ReadAsync)).ToList();
        var other = _contents.ReadAsync(2, ReadAsync);
        var content = MessageContent.From("x"u8);
        _read.SetResult(content);
        foreach (var delivery in deliveries) (await delivery).ShouldBeSameAs(content);
        (await other).ShouldBeSameAs(content);
        Volatile.Read(ref _reads).ShouldBe(2);
        GC.KeepAlive(deliveries);
    }

    [Fact]
    public async Task A_read_that_failed_is_not_shared()
    {
        var failed = _contents.ReadAsync(1, () => Task.FromException<MessageContent?>(new IOException("gone")));
        await Should.ThrowAsync<IOException>(failed);
        _read.SetResult(null);
        (await _contents.ReadAsync(1, ReadAsync)).ShouldBeNull();
    }

    private Task<MessageContent?> ReadAsync()
    {
        Interlocked.Increment(ref _reads);
        return _read.Task;
    }
}
