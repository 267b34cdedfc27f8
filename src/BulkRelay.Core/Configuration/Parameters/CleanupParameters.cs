namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>What is done to a message between the client and the queue.</summary>
public static class CleanupParameters
{
    public static readonly ParameterGroup Group = new("Cleanup");

    public static readonly Parameter<long> MessageSizeLimit = Group.Size("message_size_limit", "10240000",
        "The largest message, as it is received; 0 is unlimited.");

    public static readonly Parameter<int> LineLengthLimit = Group.Int("line_length_limit", "2048",
        "The longest command of a client. Lines of a message may be of any length.", min: 512, max: 65536, unit: "bytes");

    public static readonly Parameter<int> HeaderSizeLimit = Group.Int("header_size_limit", "102400",
        "The longest header of a message, its continuation lines included; the excess is cut off.", min: 1, unit: "bytes");

    public static readonly Parameter<int> HopcountLimit = Group.Int("hopcount_limit", "50",
        "The number of Received: headers, ours included, at which a message is refused with 554 5.4.0: it goes in circles.", min: 1);

    public static readonly Parameter<string> AuthorizedSubmitUsers = Group.Text("authorized_submit_users", "static:anyone",
        "The users of this machine that may hand over mail with sendmail: names, /file, type:table; ! excludes.");

    public static readonly Parameter<IReadOnlyList<string>> MessageDropHeaders = Group.List("message_drop_headers",
        "bcc, content-length, resent-bcc, return-path", "The headers that are removed from every message.");

    public static readonly Parameter<bool> AlwaysAddMissingHeaders = Group.Bool("always_add_missing_headers", "no",
        "Whether From:, Date: and Message-Id: are added where they are missing to the mail of all clients, "
        + "not only of local_header_rewrite_clients.");

    public static readonly Parameter<string> LocalHeaderRewriteClients = Group.Text(
        "local_header_rewrite_clients", "permit_inet_interfaces",
        "The clients whose mail gets the headers that it lacks: a list of restrictions that permit.");

    public static readonly Parameter<bool> EnableLongQueueIds = Group.Bool("enable_long_queue_ids", "no",
        "Whether queue ids have the long form, which sorts by time.");
}
