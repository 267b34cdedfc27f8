using System.Net.Sockets;
using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// Looks whether the servers that services ask are there, at <c>check</c>, start and reload: all at once, and none for long. Warnings, for
/// they may come later.
/// </summary>
internal static class PeerCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>A fault for each that is not there.</summary>
    public static IReadOnlyList<ConfigFault> Run(IEnumerable<Peer> peers, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        var looks = peers.Select(peer => LookAsync(peer, limit.Token)).ToList();
        return [.. Task.WhenAll(looks).GetAwaiter().GetResult().OfType<ConfigFault>()];
    }

    private static async Task<ConfigFault?> LookAsync(Peer peer, CancellationToken cancel)
    {
        try
        {
            // The look-up of a host's name does not always end when it is cancelled.
            await peer.ConnectAsync(cancel).WaitAsync(cancel);
            return null;
        }
        catch (SocketException e)
        {
            return Fault(e.Message);
        }
        catch (OperationCanceledException)
        {
            return Fault($"no answer within {Patience.TotalSeconds:0}s");
        }

        ConfigFault Fault(string why) =>
            new(FaultSeverity.Warning, peer.File, peer.Line, peer.Parameter, $"{peer.Name}: {why}: until it listens there, {peer.Without}");
    }
}
