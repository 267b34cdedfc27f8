using System.Net;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>The session in which somebody signs in, as far as back ends care.</summary>
/// <param name="Client">Its address.</param>
/// <param name="Server">The address that it connected to.</param>
/// <param name="IsEncrypted">Whether the connection is.</param>
/// <param name="SignIns">What all attempts share.</param>
internal sealed record SaslContext(IPAddress Client, IPAddress Server, bool IsEncrypted, SignIns SignIns);
