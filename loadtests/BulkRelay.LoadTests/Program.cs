using BulkRelay.LoadTests;

var scenarios = new Dictionary<string, Func<string[], Task>>
{
    ["store"] = StoreThroughput.RunAsync,
    ["store-backlog"] = StoreBacklog.RunAsync,
    ["bad-neighbours"] = BadNeighbours.RunAsync,
    ["verify"] = Verify.RunAsync,
    ["idle-clients"] = IdleClients.RunAsync,
};
if (args.Length > 0 && scenarios.TryGetValue(args[0], out var run))
{
    await run(args[1..]);
    return 0;
}
await Console.Error.WriteLineAsync($"usage: BulkRelay.LoadTests SCENARIO [ARGUMENT]…; scenarios: {string.Join(", ", scenarios.Keys)}");
return 2;
