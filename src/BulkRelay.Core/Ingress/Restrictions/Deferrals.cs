namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// The refusals for now that were put off (defer_if_permit) in the lists so far: each later list goes on from them, however often it is
/// asked.
/// </summary>
/// <param name="AfterClient">After the list about the client.</param>
/// <param name="AfterHelo">After the list about HELO, the earlier ones included.</param>
/// <param name="AfterSender">After the list about the sender, the earlier ones included.</param>
internal readonly record struct Deferrals(Verdict? AfterClient, Verdict? AfterHelo, Verdict? AfterSender)
{
    /// <summary>Before the list about the sender; the client may have left HELO out.</summary>
    public Verdict? BeforeSender => AfterHelo ?? AfterClient;
}
