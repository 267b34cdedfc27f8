namespace BulkRelay.Tests.TestKit;

internal static class ValueTaskExtensions
{
    /// <summary>The result of something that must not have to wait.</summary>
    public static T AtOnce<T>(this ValueTask<T> task)
    {
        task.IsCompleted.ShouldBeTrue("what is in memory answers at once");
        return task.AsTask().GetAwaiter().GetResult();
    }
}
