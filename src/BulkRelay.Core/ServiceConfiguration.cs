using BulkRelay.Core.Configuration;

namespace BulkRelay.Core;

/// <summary>The configuration as one service of <c>master.cf</c> sees it, reloads included. A service that a reload has taken away keeps its last one.</summary>
internal sealed class ServiceConfiguration(LiveConfiguration configuration, ServiceEntry service)
{
    private (ConfigSnapshot Whole, ConfigSnapshot Own)? _last;

    /// <summary>The configuration of now.</summary>
    public ConfigSnapshot Current()
    {
        var whole = configuration.Current;
        if (_last is { } last && ReferenceEquals(last.Whole, whole)) return last.Own;
        var entry = whole.Services.FirstOrDefault(s => s.Key == service.Key);
        var own = entry is not null ? whole.ForService(entry) : _last?.Own ?? whole;
        _last = (whole, own);
        return own;
    }
}
