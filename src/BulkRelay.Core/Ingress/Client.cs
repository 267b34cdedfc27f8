using System.Net;
using System.Net.Sockets;
using BulkRelay.Core.Dns;

namespace BulkRelay.Core.Ingress;

/// <summary>Who is at the other end of a session. An IPv4 address that came over an IPv6 socket is an IPv4 address here.</summary>
public sealed class Client
{
    /// <summary>The name of a client whose name is not known, or does not lead back to its address.</summary>
    public const string UnknownName = ClientNameResolver.Unknown;

    /// <param name="address">The peer's address.</param>
    /// <param name="name">Its verified host name, or <see cref="UnknownName"/>.</param>
    public Client(IPAddress address, string name)
        : this(address, name == UnknownName ? ClientName.Nameless(ClientNameStatus.Missing) : ClientName.Verified(name))
    {
    }

    /// <param name="address">The peer's address.</param>
    /// <param name="name">What is known about its name.</param>
    public Client(IPAddress address, ClientName name)
        : this(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, name, null)
    {
    }

    private Client(IPAddress address, ClientName name, string? addressText)
    {
        (Name, NameStatus, ReverseName, ReverseNameStatus) = name;
        Address = address;
        HasAddress = addressText is null;
        AddressText = addressText ?? address.ToString();
        NameAndAddress = $"{Name}[{AddressText}]";
    }

    /// <summary>The address; one that nobody has if it is not known.</summary>
    public IPAddress Address { get; }

    /// <summary>False if the address is not known: a peer that speaks for others did not say.</summary>
    public bool HasAddress { get; }

    /// <summary>The verified host name, or <c>unknown</c>.</summary>
    public string Name { get; }

    /// <summary>Why <see cref="Name"/> is <c>unknown</c>.</summary>
    public ClientNameStatus NameStatus { get; }

    /// <summary>The name that the address maps to, whether it leads back or not; <c>unknown</c> if there is none.</summary>
    public string ReverseName { get; }

    /// <summary>Why <see cref="ReverseName"/> is <c>unknown</c>.</summary>
    public ClientNameStatus ReverseNameStatus { get; }

    /// <summary>The peer's port; 0 where it is not known.</summary>
    public int Port { get; init; }

    /// <summary>The address as text, without brackets; <c>unknown</c> if it is not known.</summary>
    public string AddressText { get; }

    /// <summary><c>name[address]</c>, as the mail log has it.</summary>
    public string NameAndAddress { get; }

    /// <summary>A client of which nobody knows the address.</summary>
    public static Client WithoutAddress(ClientName name) => new(IPAddress.None, name, UnknownName);

    /// <summary>The address as RFC 5321 writes it in trace headers: <c>IPv6:</c> before an IPv6 address.</summary>
    public string TraceAddress => Address.AddressFamily == AddressFamily.InterNetworkV6 ? $"IPv6:{AddressText}" : AddressText;
}
