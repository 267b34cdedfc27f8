using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Sasl;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>reject_sender_login_mismatch</c> and its three kin: refuses senders that <c>smtpd_sender_login_maps</c> give to others. Not asked for
/// the null sender, and without SASL not at all.
/// </summary>
/// <param name="signedIn">Whether clients that signed in must own the sender.</param>
/// <param name="notSignedIn">Whether clients that did not may use no sender that has an owner.</param>
/// <param name="allowsUnknown">Whether a sender without an owner is everybody's.</param>
internal sealed class RejectSenderLoginMismatch(RestrictionSetup setup, bool signedIn, bool notSignedIn, bool allowsUnknown) : IRestriction
{
    private readonly bool _isOn = IsOn(setup);
    private readonly SenderLoginMaps _maps = new(setup);

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (!_isOn || _maps.IsEmpty || request.Sender is not { Length: > 0 } sender || !(request.Sasl is null ? notSignedIn : signedIn)) return Verdict.Dunno;
        var owners = await _maps.OwnersAsync(sender, cancel);
        if (owners.IsFailure) return Verdict.Unavailable(owners.Failure!);
        if (request.Sasl is not { } sasl) return owners.IsFound ? Refuse(sender, "not logged in") : Verdict.Dunno;
        if (owners.Value is { } names ? SenderLoginMaps.Names(names, sasl.Login) : allowsUnknown) return Verdict.Dunno;
        return Refuse(sender, $"not owned by user {sasl.Login}");
    }

    private static bool IsOn(RestrictionSetup setup)
    {
        if (setup.Snapshot.Get(SaslServerParameters.AuthEnable)) return true;
        setup.Faults.Add(new ConfigFault(FaultSeverity.Warning, "main.cf", 0, SaslServerParameters.AuthEnable.Name,
            "restrictions on senders and logins (reject_sender_login_mismatch ...) are ignored: nobody can sign in here; set this to yes"));
        return false;
    }

    private static Verdict Refuse(string sender, string why) =>
        Verdict.Refuse(new Reply($"553 5.7.1 <{sender}>: Sender address rejected: {why}"));
}
