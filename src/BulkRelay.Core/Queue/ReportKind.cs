namespace BulkRelay.Core.Queue;

/// <summary>The kinds of delivery status notifications.</summary>
public enum ReportKind
{
    /// <summary>Recipients failed for good (RFC 3461 NOTIFY=FAILURE).</summary>
    Failure,

    /// <summary>Recipients are late and still tried (NOTIFY=DELAY, <c>delay_warning_time</c>).</summary>
    Delay,

    /// <summary>Recipients were delivered, or relayed to a host that will not say more (NOTIFY=SUCCESS, <c>confirm_delay_cleared</c>).</summary>
    Success,

    /// <summary>What the attempts did or would do, because the sender asked to see it (<see cref="DeliveryTrace"/>).</summary>
    Trace,
}
