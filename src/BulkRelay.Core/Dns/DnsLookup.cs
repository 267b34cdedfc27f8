namespace BulkRelay.Core.Dns;

/// <summary>Looks up the records of a type; whatever DNS does is an answer (<see cref="DnsResolver.QueryAsync"/>).</summary>
public delegate ValueTask<DnsAnswer> DnsLookup(string name, DnsType type, CancellationToken cancel);
