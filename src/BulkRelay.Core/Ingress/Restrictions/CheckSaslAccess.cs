using BulkRelay.Core.Ingress.Access;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>check_sasl_access type:table</c>: decides by the name that the client signed in with.</summary>
internal sealed class CheckSaslAccess(AccessTable table) : IRestriction
{
    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) => request.Sasl is { Login: { Length: > 0 } login }
        ? await table.FindAsync(request, login, new AccessTarget(login, AccessTarget.LoginClass), cancel) ?? Verdict.Dunno
        : Verdict.Dunno;
}
