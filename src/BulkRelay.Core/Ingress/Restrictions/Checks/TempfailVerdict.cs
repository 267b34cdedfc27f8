using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary>What a check says that got no answer from DNS (<c>reject_tempfail_action</c> and its like).</summary>
internal sealed class TempfailVerdict(TempfailAction action)
{
    private const int Code = 450;

    /// <summary>The refusal for now, put off or at once.</summary>
    public Verdict Say(string status, string text)
    {
        var reply = RestrictionSetup.Reply(Code, status, text);
        return action == TempfailAction.Defer ? Verdict.Refuse(reply) : Verdict.DeferIfPermit(reply);
    }
}
