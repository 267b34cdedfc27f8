namespace BulkRelay.Core.Tls;

/// <summary>What was agreed on when a connection was encrypted, in OpenSSL's names.</summary>
/// <param name="Protocol">The protocol: <c>TLSv1.3</c>.</param>
/// <param name="Cipher">The cipher: <c>TLS_AES_256_GCM_SHA384</c>, <c>ECDHE-RSA-AES128-GCM-SHA256</c>.</param>
/// <param name="UsedBits">The bits of the key in use.</param>
/// <param name="CipherBits">The bits that the algorithm has.</param>
/// <param name="Peer">The certificate of the other side; null if it showed none.</param>
public sealed record TlsState(string Protocol, string Cipher, int UsedBits, int CipherBits, PeerCertificate? Peer);
