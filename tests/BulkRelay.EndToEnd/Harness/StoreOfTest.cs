using BulkRelay.Tests.Postgres;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>The stores that a test runs a relay on, each with a queue of its own.</summary>
internal static class StoreOfTest
{
    public static readonly TheoryData<string> Kinds = ["sqlite", "postgres"];

    /// <summary>The lines of <c>main.cf</c> for an empty queue in a store of that kind.</summary>
    public static async Task<string> MainCfAsync(string kind) => kind switch
    {
        "sqlite" => "",
        "postgres" => MainCf(await (await PostgresServer.SharedAsync()).NewDatabaseAsync()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such store"),
    };

    /// <summary>The line of <c>main.cf</c> for a database, given in libpq's words.</summary>
    public static string MainCf(string database) => $"queue_store = postgres:{database}";
}
