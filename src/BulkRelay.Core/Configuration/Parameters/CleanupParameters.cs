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

    public static readonly Parameter<string> MessageRejectCharacters = Group.Text("message_reject_characters", "",
        "The characters for which a message is refused with 550 5.7.1; C's escapes count, as in \\0. Ends of lines are not looked at.");

    public static readonly Parameter<string> MessageStripCharacters = Group.Text("message_strip_characters", "",
        "The characters that are taken out of messages; C's escapes count, as in \\0. Ends of lines stay.");

    public static readonly Parameter<int> DuplicateFilterLimit = Group.Int("duplicate_filter_limit", "1000",
        "How many recipients of a message are remembered, so that one that is named again gets it once; 0 for all.");

    public static readonly Parameter<bool> EnableOriginalRecipient = Group.Bool("enable_original_recipient", "yes",
        "Whether recipients with one address but another ORCPT or NOTIFY count as different (duplicate_filter_limit).");

    public static readonly Parameter<bool> AlwaysAddMissingHeaders = Group.Bool("always_add_missing_headers", "no",
        "Whether From:, Date: and Message-Id: are added where they are missing to the mail of all clients, "
        + "not only of local_header_rewrite_clients.");

    public static readonly Parameter<string> LocalHeaderRewriteClients = Group.Text(
        "local_header_rewrite_clients", "permit_inet_interfaces",
        "The clients whose mail gets the headers that it lacks: a list of restrictions that permit.");

    public static readonly Parameter<string> SenderCanonicalMaps = Group.Text("sender_canonical_maps", "",
        "Tables that give senders another form, in the envelope, and in the headers of mail of local_header_rewrite_clients. Asked for the "
        + "address, for the user alone in our own domains, and for @domain.");

    public static readonly Parameter<SenderClasses> SenderCanonicalClasses = Group.Custom("sender_canonical_classes",
        "envelope_sender, header_sender", "Where sender_canonical_maps count.", ParseClasses, range: "envelope_sender, header_sender");

    public static readonly Parameter<IReadOnlyList<string>> PropagateUnmatchedExtensions = Group.List("propagate_unmatched_extensions",
        "canonical, virtual", "The tables whose answers keep the address extension that was not looked up for. Here: canonical.");

    public static readonly Parameter<bool> EnableLongQueueIds = Group.Bool("enable_long_queue_ids", "no",
        "Whether queue ids have the long form, which sorts by time.");

    private static SenderClasses ParseClasses(string value, out string? fault)
    {
        var classes = SenderClasses.None;
        foreach (var word in ParameterList.TrySplit(value, out fault) ?? [])
        {
            var one = word.ToLowerInvariant() switch
            {
                "envelope_sender" => SenderClasses.Envelope,
                "header_sender" => SenderClasses.Header,
                _ => SenderClasses.None,
            };
            if (one == SenderClasses.None) fault ??= $"unknown class '{word}': use envelope_sender or header_sender";
            classes |= one;
        }
        return classes;
    }
}
