using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Tests.Configuration;

/// <summary>Timers count milliseconds in 32 bits: what is longer than 49 days is refused where it would become one.</summary>
public class LongTimesTests
{
    /// <summary>These are compared with the age of something, or their end is waited for in steps.</summary>
    private static readonly string[] NoTimers =
    [
        "anvil_rate_time_unit", "bounce_queue_lifetime", "default_destination_rate_delay", "default_recipient_refill_delay",
        "default_transport_rate_delay", "delay_warning_time", "dns_cache_max_negative_ttl", "dns_cache_max_ttl",
        "lmtp_sasl_auth_cache_time",
        "maximal_backoff_time", "maximal_queue_lifetime", "minimal_backoff_time", "queue_run_delay", "smtp_connection_reuse_time_limit",
        "smtp_sasl_auth_cache_time", "smtpd_policy_service_max_ttl", "smtpd_tls_session_cache_timeout", "transport_retry_time",
    ];

    [Fact]
    public void Every_time_that_becomes_a_timer_has_the_longest_one_as_its_limit()
    {
        var times = ParameterCatalog.All.OfType<Parameter<TimeSpan>>().ToList();
        times.Count.ShouldBeGreaterThan(30);
        times.Where(t => FaultOf(t, "50d") is null).Select(t => t.Name).Order(StringComparer.Ordinal).ShouldBe(NoTimers);
        times.Where(t => FaultOf(t, "49d") is not null).Select(t => t.Name)
            .ShouldBe(["dns_query_timeout"], "it has a lower limit of its own");
        FaultOf(SmtpdParameters.Timeout, "50d").ShouldBe("'50d' is longer than the most allowed, 49d");
    }

    [Fact]
    public void The_longest_of_them_can_be_a_timer()
    {
        using var timeout = new CancellationTokenSource(ParameterGroup.LongestTimer, TimeProvider.System);
        using var timer = TimeProvider.System.CreateTimer(_ => { }, null, ParameterGroup.LongestTimer, ParameterGroup.LongestTimer);
        Should.Throw<ArgumentOutOfRangeException>(() => new CancellationTokenSource(ParameterGroup.LongestTimer + TimeSpan.FromDays(1)));
    }

    [Fact]
    public void A_configuration_with_a_longer_one_says_so()
    {
        var load = ConfigLoader.Parse("smtpd_timeout = 100d\nsmtp_helo_timeout = 4294968\nmaximal_queue_lifetime = 100d\n", "",
            "/etc/relay", ConfigOverrides.None);
        load.Faults.Where(f => f.Severity == FaultSeverity.Error).Select(f => $"{f.File}:{f.Line}: {f.Parameter}: {f.Message}").ShouldBe(
        [
            "main.cf:1: smtpd_timeout: '100d' is longer than the most allowed, 49d",
            "main.cf:2: smtp_helo_timeout: '4294968' is longer than the most allowed, 49d",
        ]);
    }

    private static string? FaultOf(Parameter<TimeSpan> parameter, string value)
    {
        parameter.Parse(value, out var fault);
        return fault;
    }
}
