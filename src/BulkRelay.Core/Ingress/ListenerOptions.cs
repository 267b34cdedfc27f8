using System.Net.Sockets;
using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Ingress;

/// <summary>One inet service of <c>master.cf</c> that speaks SMTP.</summary>
/// <param name="Name">The service's name, for the name of its actor and for the log: <c>smtp</c>, <c>127.0.0.1:10025</c>.</param>
/// <param name="Sockets">Bound and listening (<see cref="ListenerSocket.TryBind"/>); the listener closes them.</param>
/// <param name="Configuration">Gives the configuration as the service sees it now: each session takes it once and keeps it.</param>
/// <param name="SessionLimit">The most sessions at once, 0 for no limit. Further clients wait in the backlog of the sockets.</param>
/// <param name="SyslogName">What stands before the slash in log lines: <c>postfix</c>.</param>
public sealed record ListenerOptions(
    string Name, IReadOnlyList<Socket> Sockets, Func<ConfigSnapshot> Configuration, int SessionLimit, string SyslogName = "postfix");
