using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Restrictions;

namespace BulkRelay.Core.Ingress.Limits;

/// <summary>The client limits of a service.</summary>
internal sealed class ClientLimits
{
    private readonly int[] _rates;

    public ClientLimits(ConfigSnapshot snapshot, RestrictionSetup setup)
    {
        ConnectionCount = snapshot.Get(ClientLimitParameters.ConnectionCountLimit);
        _rates =
        [
            snapshot.Get(ClientLimitParameters.ConnectionRateLimit), snapshot.Get(ClientLimitParameters.MessageRateLimit),
            snapshot.Get(ClientLimitParameters.RecipientRateLimit), snapshot.Get(ClientLimitParameters.NewTlsSessionRateLimit),
            snapshot.Get(ClientLimitParameters.AuthRateLimit),
        ];
        RateTimeUnit = snapshot.Get(ClientLimitParameters.RateTimeUnit);
        StatusUpdateTime = snapshot.Get(ClientLimitParameters.StatusUpdateTime);
        Exceptions = setup.Addresses("smtpd_client_event_limit_exceptions", snapshot.Get(ClientLimitParameters.EventLimitExceptions));
        AreOff = ConnectionCount == 0 && !_rates.AsSpan().ContainsAnyExcept(0);
    }

    /// <summary>True if nothing is limited, so that nothing need be counted.</summary>
    public bool AreOff { get; }

    /// <summary>The most connections at once; 0 is unlimited.</summary>
    public int ConnectionCount { get; }

    /// <summary>The time over which rates are counted.</summary>
    public TimeSpan RateTimeUnit { get; }

    /// <summary>How often statistics are logged.</summary>
    public TimeSpan StatusUpdateTime { get; }

    /// <summary>The clients that are not limited.</summary>
    public AddressMatchList Exceptions { get; }

    /// <summary>The most of these within the time; 0 is unlimited.</summary>
    public int Rate(ClientEvent what) => _rates[(int)what];
}
