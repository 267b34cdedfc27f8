using BulkRelay.Core.Configuration;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets;

/// <summary>
/// What the queue commands of Postfix share: their options and their form of a mistake, and the queue itself, through the running relay or,
/// while it is down, the store.
/// </summary>
/// <param name="program">The name of the command.</param>
/// <param name="usage">Its options, in one line.</param>
/// <param name="failure">The exit status after a mistake.</param>
/// <param name="output">For results.</param>
/// <param name="error">For everything else.</param>
internal sealed class QueueTool(string program, string usage, int failure, TextWriter output, TextWriter error)
{
    /// <summary>Exit status of <c>sysexits.h</c>: a service is not there.</summary>
    public const int Unavailable = 69;

    public TextWriter Output => output;

    /// <summary>Reads the options. False if there is no more to do than to return the status: after <c>--help</c>, or after a mistake.</summary>
    public bool TryParse(string[] args, string letters, out ShortOptions options, out int status)
    {
        options = ShortOptions.Parse(args, letters, out var fault);
        status = 0;
        if (args is ["--help", ..]) output.WriteLine($"usage: {usage}");
        else if (fault is null) return true;
        else
        {
            Say(fault);
            status = BadUsage();
        }
        return false;
    }

    /// <summary>Reports in one line what is in the way and returns the exit status for it.</summary>
    public int Fatal(string what)
    {
        Say($"fatal: {what}");
        return failure;
    }

    /// <summary>The line about a command line that makes no sense.</summary>
    public int BadUsage() => Fatal($"usage: {usage}");

    /// <summary>Says something that is no result.</summary>
    public void Say(string what) => error.WriteLine($"{program}: {what}");

    /// <summary>Opens the queue of the configuration that <c>-c</c> names and runs the command.</summary>
    public async Task<int> WithQueueAsync(ShortOptions options, Func<IQueueAccess, ConfigSnapshot, Task<int>> command)
    {
        if (ConfigFolder.Open(options.Value('c'), [], error) is not { } configuration) return failure;
        try
        {
            await using var queue = QueueAccess.Open(configuration.Current);
            return await command(queue, configuration.Current);
        }
        catch (Exception e) when (QueueAccess.IsFailure(e))
        {
            return Fatal(QueueAccess.Explain(e));
        }
    }
}
