using System.Net;
using BulkRelay.Core.Dns;

namespace BulkRelay.Core.Egress;

/// <summary>The server at the other end, and its names as Postfix writes them in reasons.</summary>
internal sealed class SmtpPeer(MailHost host)
{
    /// <summary>The name that DNS or the configuration has for it.</summary>
    public string Name { get; } = host.Name;

    public IPEndPoint Endpoint { get; } = new(host.Address, host.Port);

    /// <summary><c>mx.example.com[192.0.2.1]</c>.</summary>
    public string NameAndAddress { get; } = $"{host.Name}[{host.Address}]";

    /// <summary><c>mx.example.com[192.0.2.1]:25</c>: the relay of the log line.</summary>
    public string NameAddressAndPort { get; } = $"{host.Name}[{host.Address}]:{host.Port}";
}
