using System.CommandLine;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Applets.Queue;

/// <summary><c>bulkrelay queue unfreeze</c>: takes a freeze back.</summary>
internal static class UnfreezeCommand
{
    public static Command Make(QueueConsole console)
    {
        var selector = new FreezeSelector();
        var command = console.Make("unfreeze", "Takes a freeze back: its mail goes on at once. Exit status 1 if there is no such freeze.",
            ["unfreeze --all", "unfreeze --flow spring-sale"], async (parsed, queue, cancel) =>
            {
                var (scope, name) = selector.Read(parsed);
                if (await queue.UnfreezeAsync(scope, name, cancel))
                {
                    await console.Output.WriteLineAsync($"no longer frozen: {FreezeText.NameOf(scope, name)}");
                    return 0;
                }
                var byConfiguration = scope == FreezeScope.All && (await queue.FreezesAsync(cancel)).Any(f => f.Scope == FreezeScope.All);
                await console.Error.WriteLineAsync(byConfiguration
                    ? "bulkrelay queue unfreeze: all mail is frozen by master_service_disable in main.cf: take the entry out and reload"
                    : $"bulkrelay queue unfreeze: {FreezeText.NameOf(scope, name)} is not frozen: `bulkrelay queue frozen` lists what is");
                return 1;
            });
        selector.AddTo(command);
        return command;
    }
}
