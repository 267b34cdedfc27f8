namespace BulkRelay.Core.Egress.Tls;

/// <summary>What was found out about a server's certificate.</summary>
/// <param name="IsTrusted">True if its chain leads to a trusted authority.</param>
/// <param name="IsMatched">True if it is the server that the policy asks for. Always false where the policy asks for none.</param>
/// <param name="Complaint">Why it is not trusted or not matched, as the log has it with the server's name in place of <c>{0}</c>; or null.</param>
internal readonly record struct ServerVerdict(bool IsTrusted, bool IsMatched, string? Complaint);
