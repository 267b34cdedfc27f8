using System.Net;
using System.Net.Sockets;

namespace BulkRelay.Core.Ingress;

/// <summary>Who is at the other end of a session. An IPv4 address that came over an IPv6 socket is an IPv4 address here.</summary>
public sealed class Client
{
    /// <summary>The name of a client whose name is not known, or does not lead back to its address.</summary>
    public const string UnknownName = "unknown";

    /// <param name="address">The peer's address.</param>
    /// <param name="name">Its verified host name, or <see cref="UnknownName"/>.</param>
    public Client(IPAddress address, string name)
    {
        Address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Name = name;
        AddressText = Address.ToString();
        NameAndAddress = $"{name}[{AddressText}]";
    }

    /// <summary>The address.</summary>
    public IPAddress Address { get; }

    /// <summary>The verified host name, or <c>unknown</c>.</summary>
    public string Name { get; }

    /// <summary>The address as text, without brackets.</summary>
    public string AddressText { get; }

    /// <summary><c>name[address]</c>, as the mail log has it.</summary>
    public string NameAndAddress { get; }

    /// <summary>The address as RFC 5321 writes it in trace headers: <c>IPv6:</c> before an IPv6 address.</summary>
    public string TraceAddress => Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"IPv6:{AddressText}" : AddressText;
}
