using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Bounces;

/// <summary>One configuration as reports use it.</summary>
internal sealed class ReportSettings(ConfigSnapshot snapshot)
{
    public ConfigSnapshot Snapshot { get; } = snapshot;

    public Addressees Addressees { get; } = new(snapshot);

    public BounceTemplates Templates { get; } = BounceTemplates.Load(snapshot);

    public int SizeLimit { get; } = snapshot.Get(BounceParameters.BounceSizeLimit);

    public bool ReportsToVerpSender { get; } = !snapshot.Get(BounceParameters.DisableVerpBounces);

    public bool LongQueueIds { get; } = snapshot.Get(CleanupParameters.EnableLongQueueIds);

    public TimeSpan Lifetime { get; } = snapshot.Get(QueueParameters.MaximalQueueLifetime);

    public string Hostname { get; } = snapshot.Get(MainParameters.MyHostname);

    public string Origin { get; } = snapshot.Get(RoutingParameters.MyOrigin);

    public string MailName { get; } = snapshot.Get(MainParameters.MailName);
}
