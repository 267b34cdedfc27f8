using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>permit_tls_clientcerts</c>: permits clients whose certificate, or its public key, has a fingerprint in <c>relay_clientcerts</c>. Whether
/// anybody vouches for the certificate does not matter: the list does.
/// </summary>
internal sealed class PermitTlsClientcerts(RestrictionSetup setup) : IRestriction
{
    private readonly LookupTableList _known = setup.Tables(SmtpdTlsParameters.RelayClientcerts);

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (request.Tls?.Peer is not { } peer) return Verdict.Dunno;
        setup.Notices.FingerprintLookup(request, "certificate");
        var found = await _known.LookupAsync(peer.CertificateFingerprint, isPart: false, cancel);
        if (!found.IsFound && !found.IsFailure) found = await _known.LookupAsync(peer.PublicKeyFingerprint, isPart: false, cancel);
        if (found.Failure is { } failure) return Verdict.Unavailable(failure);
        return found.IsFound ? Verdict.Permit : Verdict.Dunno;
    }
}
