namespace BulkRelay.Core.Ingress;

/// <summary>A server on this machine or another that a service asks: of passwords, or of policy.</summary>
/// <param name="Parameter">The parameter that names it, for faults.</param>
/// <param name="Name">What it is and where it listens.</param>
/// <param name="ConnectAsync">Connects and hangs up.</param>
/// <param name="Without">What happens for as long as it is not there.</param>
internal sealed record Peer(string Parameter, string Name, Func<CancellationToken, Task> ConnectAsync, string Without)
{
    /// <summary>The file in which it is named, when that is not <c>main.cf</c>.</summary>
    public string File { get; init; } = "";

    /// <summary>The line there.</summary>
    public int Line { get; init; }
}
