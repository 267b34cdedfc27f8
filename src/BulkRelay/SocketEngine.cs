namespace BulkRelay.Server;

/// <summary>How the runtime works with sockets. It reads this from the environment when the first socket is used.</summary>
internal static class SocketEngine
{
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// What waits for a socket goes on in the thread that hears of it, not in one of the pool that has to be woken: a sixth less CPU per
    /// message, and more throughput than that on a busy machine. It asks of the code that it never blocks a thread for long behind a
    /// socket: reads of the store, deliveries and actors start on the pool, and the writer of the store and the log have threads of their
    /// own. A value that the operator has set stays.
    /// </summary>
    public static void Configure()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null) Environment.SetEnvironmentVariable(InlineCompletions, "1");
    }
}
