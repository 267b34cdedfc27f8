namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>Reports to the sender and to the postmaster.</summary>
public static class BounceParameters
{
    public static readonly ParameterGroup Group = new("Reports");

    private static readonly Dictionary<string, NotifyClasses> ClassNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bounce"] = NotifyClasses.Bounce,
        ["2bounce"] = NotifyClasses.DoubleBounce,
        ["data"] = NotifyClasses.Data,
        ["delay"] = NotifyClasses.Delay,
        ["policy"] = NotifyClasses.Policy,
        ["protocol"] = NotifyClasses.Protocol,
        ["resource"] = NotifyClasses.Resource,
        ["software"] = NotifyClasses.Software,
    };

    public static readonly Parameter<int> BounceSizeLimit = Group.Int("bounce_size_limit", "50000",
        "The most octets of the original message in a report. Of a longer one only the header is returned.", min: 1, unit: "bytes");

    public static readonly Parameter<string> BounceTemplateFile = Group.File("bounce_template_file", "",
        "A file with the texts of reports, in the format of bounce(5). What is not in it has the built-in text.");

    public static readonly Parameter<NotifyClasses> Notify = Group.Custom("notify_classes", "resource, software",
        "The kinds of trouble that the postmaster is told of by mail: bounce, 2bounce and delay send copies of reports, the others "
        + "transcripts of SMTP sessions.", ParseNotifyClasses, range: string.Join(", ", ClassNames.Keys));

    public static readonly Parameter<string> BounceNoticeRecipient = Group.Text("bounce_notice_recipient", "postmaster",
        "Who gets copies of reports about mail that could not be delivered (notify_classes: bounce).");

    public static readonly Parameter<string> DoubleBounceNoticeRecipient = Group.Text("2bounce_notice_recipient", "postmaster",
        "Who gets reports that could not be delivered (notify_classes: 2bounce).");

    public static readonly Parameter<string> DelayNoticeRecipient = Group.Text("delay_notice_recipient", "postmaster",
        "Who gets copies of warnings about mail that is late (notify_classes: delay).");

    public static readonly Parameter<string> ErrorNoticeRecipient = Group.Text("error_notice_recipient", "postmaster",
        "Who gets transcripts of SMTP sessions (notify_classes: data, policy, protocol, resource, software).");

    public static readonly Parameter<string> DoubleBounceSender = Group.Text("double_bounce_sender", "double-bounce",
        "The sender of mail to the postmaster. Mail from it that cannot be delivered is discarded, and so is mail to it.");

    public static readonly Parameter<string> DefaultVerpDelimiters = Group.Text("default_verp_delimiters", "+=",
        "The two characters that go before the recipient's local part and in place of its @, when a client asks for VERP and names none.");

    public static readonly Parameter<string> VerpDelimiterFilter = Group.Text("verp_delimiter_filter", "-=+",
        "The characters that a client may ask for as VERP delimiters.");

    public static readonly Parameter<bool> DisableVerpBounces = Group.Bool("disable_verp_bounces", "no",
        "Send reports about VERP mail to the sender as the client gave it, and not to an address for each recipient.");

    private static NotifyClasses ParseNotifyClasses(string value, out string? fault)
    {
        var classes = NotifyClasses.None;
        foreach (var word in ParameterList.TrySplit(value, out fault) ?? [])
        {
            if (ClassNames.TryGetValue(word, out var one)) classes |= one;
            else fault = $"unknown class '{word}': use {string.Join(", ", ClassNames.Keys)}";
        }
        return classes;
    }
}
