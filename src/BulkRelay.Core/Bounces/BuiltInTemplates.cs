namespace BulkRelay.Core.Bounces;

/// <summary>The words of reports where <c>bounce_template_file</c> has no others: those that readers know from Postfix.</summary>
internal static class BuiltInTemplates
{
    private const string Host = "This is the mail system at host $myhostname.\n";

    private const string Assistance = """

        For further assistance, please send mail to postmaster.

        If you do so, please include this problem report. You can
        delete your own text from the attached returned message.

        """;

    private const string Signature = "\n                   The mail system\n";

    /// <summary>In the order of bounce(5).</summary>
    public static readonly IReadOnlyDictionary<string, BounceTemplate> ByName = new Dictionary<string, BounceTemplate>(StringComparer.Ordinal)
    {
        ["failure"] = new(BounceTemplate.DefaultFrom, "Undelivered Mail Returned to Sender", "Postmaster Copy: Undelivered Mail",
            Host + """

            I'm sorry to have to inform you that your message could not
            be delivered to one or more recipients. It's attached below.

            """ + Assistance + Signature),
        ["delay"] = new(BounceTemplate.DefaultFrom, "Delayed Mail (still being retried)", "Postmaster Warning: Delayed Mail",
            Host + """

            ####################################################################
            # THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #
            ####################################################################

            Your message could not be delivered for more than $delay_warning_time_hours hour(s).
            It will be retried until it is $maximal_queue_lifetime_days day(s) old.

            """ + Assistance + Signature),
        ["success"] = new(BounceTemplate.DefaultFrom, "Successful Mail Delivery Report", "",
            Host + """

            Your message was successfully delivered to the destination(s)
            listed below. If the message was delivered to mailbox you will
            receive no further notifications. Otherwise you may still receive
            notifications of mail delivery errors from other systems.

            """ + Signature),
        ["verify"] = new(BounceTemplate.DefaultFrom, "Mail Delivery Status Report", "",
            Host + """

            Enclosed is the mail delivery report that you requested.

            """ + Signature),
    };
}
