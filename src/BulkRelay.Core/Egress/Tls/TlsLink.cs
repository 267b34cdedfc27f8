using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Egress.Tls;

/// <summary>A connection that was encrypted.</summary>
/// <param name="State">What was agreed on.</param>
/// <param name="IsVerified">True if the server has shown that it is the one that the policy asks for.</param>
/// <param name="IsAcceptable">False if the policy asks for more than the server has shown: no mail goes over it.</param>
internal sealed record TlsLink(TlsState State, bool IsVerified, bool IsAcceptable);
