namespace BulkRelay.EndToEnd.Harness;

public sealed class TestClassTests
{
    /// <summary>xunit 2 ends IAsyncLifetime and IDisposable; of IAsyncDisposable it knows nothing, and what such a test started would stay.</summary>
    [Fact]
    public void What_a_test_class_starts_is_ended() =>
        typeof(TestClassTests).Assembly.GetTypes()
            .Where(t => t.GetMethods().Any(m => m.IsDefined(typeof(FactAttribute), inherit: true)) && t.IsAssignableTo(typeof(IAsyncDisposable)))
            .ShouldBeEmpty();
}
