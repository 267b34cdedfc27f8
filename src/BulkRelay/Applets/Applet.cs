namespace BulkRelay.Server.Applets;

/// <summary>
/// A sub-command of <c>bulkrelay</c>: gets the arguments after its name, writes results to <c>output</c> and faults to <c>error</c>,
/// and returns the exit status.
/// </summary>
/// <param name="Name">The word after <c>bulkrelay</c>; for Postfix's commands also the name of a symbolic link to the executable.</param>
/// <param name="Summary">One line for the list of commands.</param>
/// <param name="RunAsync">Runs it.</param>
internal sealed record Applet(string Name, string Summary, Func<string[], TextWriter, TextWriter, Task<int>> RunAsync);
