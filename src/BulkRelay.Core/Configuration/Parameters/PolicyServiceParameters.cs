namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>
/// Policy services: programs that are asked by <c>check_policy_service</c> (SMTPD_POLICY_README). Each can have its own values.
/// </summary>
public static class PolicyServiceParameters
{
    public static readonly ParameterGroup Group = new("Policy services");

    public static readonly Parameter<TimeSpan> Timeout = Group.Time("smtpd_policy_service_timeout", "100s",
        "The longest wait for connecting to a policy service, and for its answer.", min: TimeSpan.FromSeconds(1));

    public static readonly Parameter<TimeSpan> MaxIdle = Group.Time("smtpd_policy_service_max_idle", "300s",
        "How long a connection to a policy service is kept without a request.", min: TimeSpan.FromSeconds(1));

    public static readonly Parameter<TimeSpan> MaxTtl = Group.Time("smtpd_policy_service_max_ttl", "1000s",
        "How long a connection to a policy service is used at all.", min: TimeSpan.FromSeconds(1), max: ParameterGroup.AnyTime);

    public static readonly Parameter<int> RequestLimit = Group.Int("smtpd_policy_service_request_limit", "0",
        "The most requests over one connection to a policy service. 0: no limit.", unit: "requests");

    public static readonly Parameter<int> TryLimit = Group.Int("smtpd_policy_service_try_limit", "2",
        "How often a policy service is asked before smtpd_policy_service_default_action is taken.", min: 1);

    public static readonly Parameter<TimeSpan> RetryDelay = Group.Time("smtpd_policy_service_retry_delay", "1s",
        "How long to wait before a policy service is asked again.", min: TimeSpan.FromSeconds(1));

    public static readonly Parameter<string> DefaultAction = Group.Text("smtpd_policy_service_default_action",
        "451 4.3.5 Server configuration problem", "What to do if a policy service does not answer: an action of access tables, access(5).");

    public static readonly Parameter<string> PolicyContext = Group.Text("smtpd_policy_service_policy_context", "",
        "The attribute policy_context of requests to policy services.");
}
