using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace BulkRelay.Server.Admin;

/// <summary>
/// How much users may ask of the submit socket, which all of them can open: so many connections a user, and so many in all. Who gets none
/// loses nothing, as <c>sendmail</c> leaves its mail in the maildrop folder then.
/// </summary>
internal sealed class SubmitLimits
{
    /// <summary>Connections of one user at once.</summary>
    public const int PerUser = 20;

    /// <summary>Connections of all users at once.</summary>
    public const int InAll = 100;

    /// <summary>How long an envelope may take. <c>sendmail</c> has all of it when it connects.</summary>
    public static readonly TimeSpan EnvelopeTime = TimeSpan.FromSeconds(10);

    /// <summary>The least octets a second of a message, after as long as <see cref="EnvelopeTime"/>.</summary>
    public const double LeastRate = 16 * 1024;

    private readonly ConcurrentDictionary<int, int> _connections = new();
    private int _inAll;

    /// <summary>Serves a connection if it may be there, and closes it if not.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var user = PeerCredentials.UserIdOf(connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket);
        try
        {
            var inAll = Interlocked.Increment(ref _inAll);
            var ofUser = _connections.AddOrUpdate(user, 1, static (_, count) => count + 1);
            if (inAll <= InAll && ofUser <= PerUser) await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _inAll);
            _connections.AddOrUpdate(user, 0, static (_, count) => count - 1);
        }
    }
}
