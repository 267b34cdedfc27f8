namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>What one client may do at once and within a time (Postfix: anvil(8)). Counted by service and address.</summary>
public static class ClientLimitParameters
{
    public static readonly ParameterGroup Group = new("Client limits");

    public static readonly Parameter<int> ConnectionCountLimit = Group.Int("smtpd_client_connection_count_limit", "50",
        "The most connections of one client to one service at once; further ones get 421 4.7.0. 0 is unlimited.");

    public static readonly Parameter<int> ConnectionRateLimit = Group.Int("smtpd_client_connection_rate_limit", "0",
        "The most connections of one client to one service within anvil_rate_time_unit. 0 is unlimited.");

    public static readonly Parameter<int> MessageRateLimit = Group.Int("smtpd_client_message_rate_limit", "0",
        "The most MAIL commands of one client within anvil_rate_time_unit, whatever becomes of them; further ones get 450 4.7.1. 0 is unlimited.");

    public static readonly Parameter<int> RecipientRateLimit = Group.Int("smtpd_client_recipient_rate_limit", "0",
        "The most RCPT commands of one client within anvil_rate_time_unit, whatever becomes of them; further ones get 450 4.7.1. 0 is unlimited.");

    public static readonly Parameter<int> AuthRateLimit = Group.Int("smtpd_client_auth_rate_limit", "0",
        "The most AUTH commands of one client within anvil_rate_time_unit; further ones get 450 4.7.1. 0 is unlimited.");

    public static readonly Parameter<int> NewTlsSessionRateLimit = Group.Int("smtpd_client_new_tls_session_rate_limit", "0",
        "The most TLS sessions of one client within anvil_rate_time_unit that are not continued from an earlier one. 0 is unlimited.");

    public static readonly Parameter<string> EventLimitExceptions = Group.Text("smtpd_client_event_limit_exceptions",
        "${smtpd_client_connection_limit_exceptions:$mynetworks}",
        "The clients that these limits are not for: addresses, networks, [IPv6]/n, names, /file, type:table; ! excludes.");

    public static readonly Parameter<TimeSpan> RateTimeUnit = Group.Time("anvil_rate_time_unit", "60s",
        "The time over which rates are counted. A client's count begins anew when it is over.",
        min: TimeSpan.FromSeconds(1), max: ParameterGroup.AnyTime);

    public static readonly Parameter<TimeSpan> StatusUpdateTime = Group.Time("anvil_status_update_time", "600s",
        "How often the highest rates and counts are logged.", min: TimeSpan.FromSeconds(1));
}
