using System.Net;

namespace BulkRelay.Core.Dns;

/// <summary>The addresses of one host, or why there are none.</summary>
/// <param name="Addresses">The addresses in the order of the answers, IPv4 before IPv6.</param>
/// <param name="Status"><see cref="DnsStatus.Found"/>, or the softest of what the look-ups gave: that decides whether to try again.</param>
/// <param name="Reason">The words that go with the status; empty if found.</param>
internal sealed record HostAddresses(IReadOnlyList<IPAddress> Addresses, DnsStatus Status, string Reason);
