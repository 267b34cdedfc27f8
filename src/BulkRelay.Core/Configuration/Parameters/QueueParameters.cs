namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>How long mail stays, when it is tried again, and how much of the queue is in memory.</summary>
public static class QueueParameters
{
    public static readonly ParameterGroup Group = new("Queue");

    public static readonly Parameter<long> QueueMinfree = Group.Size("queue_minfree", "0",
        "The free space in the file system of the queue below which no mail is accepted: MAIL gets 452 4.3.1. 1.5 times message_size_limit "
        + "must be free in any case. Without effect for a queue on a database server.");

    public static readonly Parameter<TimeSpan> MinimalBackoffTime = Group.Time("minimal_backoff_time", "300s",
        "The least time between attempts to deliver a deferred message.", max: ParameterGroup.AnyTime);

    public static readonly Parameter<TimeSpan> MaximalBackoffTime = Group.Time("maximal_backoff_time", "4000s",
        "The most time between attempts to deliver a deferred message.", max: ParameterGroup.AnyTime);

    public static readonly Parameter<TimeSpan> MaximalQueueLifetime = Group.Time("maximal_queue_lifetime", "5d",
        "The age at which a message that could not be delivered is returned to its sender. With 0 there is a single attempt.",
        unit: 'd', max: ParameterGroup.AnyTime);

    public static readonly Parameter<TimeSpan> BounceQueueLifetime = Group.Time("bounce_queue_lifetime", "5d",
        "The age at which a message from the null sender that could not be delivered is given up; never above maximal_queue_lifetime.",
        unit: 'd', max: ParameterGroup.AnyTime);

    public static readonly Parameter<TimeSpan> QueueRunDelay = Group.Time("queue_run_delay", "300s",
        "The time between looks at deferred mail, if it is set: mail that is due waits for the next multiple of it. "
        + "While it is not set, there is no run to wait for: deferred mail is tried at the very moment when it is due.",
        min: TimeSpan.FromSeconds(1), max: ParameterGroup.AnyTime);

    public static readonly Parameter<IReadOnlyList<string>> DeferTransports = Group.List("defer_transports", "",
        "The transports that deliver only when the queue is flushed (postqueue -f, sendmail -q), and then for minimal_backoff_time.");

    public static readonly Parameter<TimeSpan> TransportRetryTime = Group.Time("transport_retry_time", "60s",
        "The pause before a transport that is out of order is tried again.", min: TimeSpan.FromSeconds(1), max: ParameterGroup.AnyTime);

    public static readonly Parameter<TimeSpan> DelayWarningTime = Group.Time("delay_warning_time", "0h",
        "The age at which the sender of a message that could not be delivered yet is warned, once; 0 for never.",
        unit: 'h', max: ParameterGroup.AnyTime);

    public static readonly Parameter<bool> ConfirmDelayCleared = Group.Bool("confirm_delay_cleared", "no",
        "Whether a sender who was warned is told as well when the message is delivered after all.");

    public static readonly Parameter<int> MessageActiveLimit = Group.Int("qmgr_message_active_limit", "20000",
        "The most messages in memory, over all destinations. What is beyond waits in the store.", min: 1, unit: "messages");

    public static readonly Parameter<int> MessageRecipientLimit = Group.Int("qmgr_message_recipient_limit", "20000",
        "The most recipients in memory, over all destinations. What is beyond waits in the store.", min: 1, unit: "recipients");

    public static readonly Parameter<int> MessageRecipientMinimum = Group.Int("qmgr_message_recipient_minimum", "10",
        "The recipients that each destination may have in memory even when the memory of the queue is full.", min: 1, unit: "recipients");

    public static readonly Parameter<int> DestinationActiveLimit = Group.Int("qmgr_destination_active_limit", "2000",
        "The most recipients in memory for one destination. What is beyond is read from the store when there is room.",
        min: 2, unit: "recipients", own: true);

    public static readonly Parameter<long> ContentMemoryLimit = Group.Size("qmgr_content_memory_limit", "67108864",
        "The most octets of content kept in memory for mail that waits. Other content is read from the store for its delivery.", own: true);

    public static readonly Parameter<InDoubtAction> InDoubtAction = Group.Choice("in_doubt_action", "defer",
        "What is done with mail that may have arrived already, because the link was lost between the end of the message and the reply: "
        + "defer sends it again when it is due again, retry at once over a new connection to the same host, hold keeps it until the operator "
        + "releases it. Listed by 'bulkrelay queue list --state in-doubt', counted by 'bulkrelay status'.",
        new Dictionary<string, InDoubtAction>
        {
            ["defer"] = Configuration.InDoubtAction.Defer,
            ["retry"] = Configuration.InDoubtAction.Retry,
            ["hold"] = Configuration.InDoubtAction.Hold,
        }, own: true);

    public static readonly Parameter<int> InDoubtRetries = Group.Int("in_doubt_retries", "1",
        "How often mail that may have arrived already is sent again (in_doubt_action = defer or retry). When that is in doubt once more, "
        + "in_doubt_final_action says what becomes of it: a host that never answers the end of a message gets no copy after the other.",
        unit: "attempts", own: true);

    public static readonly Parameter<InDoubtFinalAction> InDoubtFinalAction = Group.Choice("in_doubt_final_action", "hold",
        "What becomes of mail that is still in doubt after in_doubt_retries: hold keeps it until the operator releases it, delivered "
        + "takes it for delivered. The log says which.",
        new Dictionary<string, InDoubtFinalAction>
        {
            ["hold"] = Configuration.InDoubtFinalAction.Hold,
            ["delivered"] = Configuration.InDoubtFinalAction.Delivered,
        }, own: true);

    public static readonly Parameter<bool> SoftBounce = Group.Bool("soft_bounce", "no",
        "Keep mail that would be returned to its sender, and try again: a safety net while a configuration is tried out.");

    public static readonly Parameter<int> DelayLoggingResolutionLimit = Group.Int("delay_logging_resolution_limit", "2",
        "The most digits after the decimal point in logged delays under one second.", max: 6, unit: "digits");
}
