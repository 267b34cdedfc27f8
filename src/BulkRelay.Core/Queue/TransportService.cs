using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Queue;

/// <summary>One delivery service of <c>master.cf</c> as the queue uses it.</summary>
/// <param name="Transport">What delivers.</param>
/// <param name="Log">The log under the service's own <c>syslog_name</c> and program: <c>postfix/smtp</c>,
/// <c>postfix/relay/smtp</c>.</param>
/// <param name="ProcessLimit">The most deliveries at once over all destinations (<c>maxproc</c>); 0 for no limit.</param>
public sealed record TransportService(ITransport Transport, ServiceLog Log, int ProcessLimit);
