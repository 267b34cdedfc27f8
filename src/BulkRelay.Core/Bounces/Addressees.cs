using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Bounces;

/// <summary>
/// Decides who gets a report. A report about mail is from the null sender. A report about a report goes to the postmaster if
/// <c>notify_classes</c> says so, from the double-bounce address. There is none about mail from that address, so that reports end.
/// </summary>
internal sealed class Addressees
{
    private readonly NotifyClasses _classes;
    private readonly string _doubleBounce;
    private readonly string _bounceNotices;
    private readonly string _doubleBounceNotices;
    private readonly string _delayNotices;

    public Addressees(ConfigSnapshot snapshot)
    {
        _classes = snapshot.Get(BounceParameters.Notify);
        _doubleBounce = PostmasterAddress.DoubleBounce(snapshot);
        _bounceNotices = PostmasterAddress.Of(snapshot, BounceParameters.BounceNoticeRecipient);
        _doubleBounceNotices = PostmasterAddress.Of(snapshot, BounceParameters.DoubleBounceNoticeRecipient);
        _delayNotices = PostmasterAddress.Of(snapshot, BounceParameters.DelayNoticeRecipient);
    }

    /// <summary>True for mail to the postmaster that this relay made.</summary>
    public bool IsDoubleBounce(MessageEnvelope message) => message.Sender.Equals(_doubleBounce, StringComparison.OrdinalIgnoreCase);

    /// <summary>Who is told of mail from a sender: himself, and the postmaster where he gets copies.</summary>
    /// <param name="kind">What is reported.</param>
    /// <param name="sender">The sender, not null; with VERP, his address for the recipient.</param>
    public IEnumerable<Addressee> ForMail(ReportKind kind, string sender)
    {
        yield return new Addressee("", sender, IsPostmaster: false, kind == ReportKind.Failure, $"sender {TitleOf(kind)}");
        if (kind == ReportKind.Failure && _classes.HasFlag(NotifyClasses.Bounce)) yield return ToPostmaster(kind, _bounceNotices, false);
        if (kind == ReportKind.Delay && _classes.HasFlag(NotifyClasses.Delay)) yield return ToPostmaster(kind, _delayNotices, false);
    }

    /// <summary>Who is told of mail from the null sender: nobody (null), or the postmaster.</summary>
    public Addressee? ForReport(ReportKind kind) => kind switch
    {
        ReportKind.Failure => (_classes & (NotifyClasses.DoubleBounce | NotifyClasses.Bounce)) == 0
            ? null : ToPostmaster(kind, _doubleBounceNotices, returnsBody: true),
        ReportKind.Delay => _classes.HasFlag(NotifyClasses.Delay) ? ToPostmaster(kind, _delayNotices, returnsBody: false) : null,
        _ => _classes.HasFlag(NotifyClasses.DoubleBounce) ? ToPostmaster(kind, _doubleBounceNotices, returnsBody: false) : null,
    };

    private Addressee ToPostmaster(ReportKind kind, string recipient, bool returnsBody) =>
        new(_doubleBounce, recipient, IsPostmaster: true, returnsBody, $"postmaster {TitleOf(kind)}");

    private static string TitleOf(ReportKind kind) => kind switch
    {
        ReportKind.Failure => "non-delivery notification",
        ReportKind.Delay => "delay notification",
        _ => "delivery status notification",
    };
}
