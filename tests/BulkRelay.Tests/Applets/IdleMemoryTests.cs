using BulkRelay.Server;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Applets;

public sealed class IdleMemoryTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly IdleMemory _memory;
    private long _allocated;
    private long _inUse;
    private int _collections;

    public IdleMemoryTests() => _memory = new IdleMemory(_time, () => _allocated, () =>
    {
        _collections++;
        return _inUse;
    });

    [Fact]
    public void It_gives_memory_back_once_the_relay_is_idle()
    {
        Pass(IdleMemory.Worth);
        Pass(IdleMemory.Worth);
        _collections.ShouldBe(0, "there is work");
        Pass(IdleMemory.Quiet);
        _collections.ShouldBe(1);
        for (var i = 0; i < 100; i++) Pass(1000);
        _collections.ShouldBe(1, "nothing came since");
    }

    [Fact]
    public void Little_is_not_worth_while()
    {
        Pass(IdleMemory.Worth - 1);
        Pass(0);
        _collections.ShouldBe(0);
    }

    [Fact]
    public void What_was_still_in_use_is_looked_for_again()
    {
        _inUse = IdleMemory.Worth;
        Pass(IdleMemory.Worth);
        Pass(0);
        _collections.ShouldBe(1);
        _inUse = 0;
        for (var i = 0; i < IdleMemory.Again; i++) Pass(0);
        _collections.ShouldBe(2);
        for (var i = 0; i < 10 * IdleMemory.Again; i++) Pass(0);
        _collections.ShouldBe(2);
    }

    public void Dispose() => _memory.Dispose();

    private void Pass(long allocated)
    {
        _allocated += allocated;
        _time.Advance(IdleMemory.Interval);
    }
}
