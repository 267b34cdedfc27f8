using System.Net;

namespace BulkRelay.Core.Dns;

/// <summary>One address to try for a destination.</summary>
/// <param name="Name">The host's name as DNS or configuration has it, no final dot; for a literal the address in text form.</param>
/// <param name="Address">The address to connect to.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="Preference">The MX preference; 0 for hosts that were not found by MX.</param>
public sealed record MailHost(string Name, IPAddress Address, int Port, int Preference);
