namespace BulkRelay.Core.Configuration;

/// <summary>The second column of <c>master.cf</c>: how a service is reached.</summary>
public enum ServiceType
{
    /// <summary>A TCP port that this relay listens on.</summary>
    Inet,

    /// <summary>Reached inside the relay, by name: the transports.</summary>
    Unix,

    /// <summary>As <see cref="Unix"/>, with datagrams.</summary>
    UnixDgram,

    /// <summary>As <see cref="Unix"/>, obsolete.</summary>
    Fifo,

    /// <summary>Gets open connections passed from another service.</summary>
    Pass,
}
