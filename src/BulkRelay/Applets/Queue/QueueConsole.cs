using System.CommandLine;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets.Queue;

/// <summary>What the sub-commands of <c>bulkrelay queue</c> share: the folder of the configuration, the queue, and how a mistake is told.</summary>
internal sealed class QueueConsole(TextWriter output, TextWriter error)
{
    public Option<string?> Folder { get; } = new("-c") { Description = "folder of main.cf and master.cf", HelpName = "DIR", Recursive = true };

    public Option<bool> Json { get; } = new("--json") { Description = "print JSON" };

    public TextWriter Output => output;

    public TextWriter Error => error;

    /// <summary>Makes a sub-command. The description ends with examples.</summary>
    public Command Make(string name, string description, string[] examples, Func<ParseResult, IQueueAccess, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, $"{description}\n\nExamples:\n{string.Join('\n', examples.Select(e => $"  bulkrelay queue {e}"))}");
        command.SetAction((parsed, cancel) => RunAsync(name, parsed, run, cancel));
        return command;
    }

    /// <summary>Tells a mistake in the arguments in one line and returns the exit status for it.</summary>
    public int Mistake(string name, string what)
    {
        error.WriteLine($"bulkrelay queue {name}: {what} (see `bulkrelay queue {name} --help`)");
        return 2;
    }

    private async Task<int> RunAsync(
        string name, ParseResult parsed, Func<ParseResult, IQueueAccess, CancellationToken, Task<int>> run, CancellationToken cancel)
    {
        if (ConfigFolder.Open(parsed.GetValue(Folder), [], error) is not { } configuration) return 1;
        try
        {
            await using var queue = QueueAccess.Open(configuration.Current);
            return await run(parsed, queue, cancel);
        }
        catch (FilterException e)
        {
            return Mistake(name, e.Message);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await error.WriteLineAsync($"bulkrelay queue {name}: stopped half-way: what was done before is done");
            return 1;
        }
        catch (Exception e) when (QueueAccess.IsFailure(e))
        {
            await error.WriteLineAsync($"bulkrelay queue {name}: {QueueAccess.Explain(e)}");
            return 1;
        }
    }
}
