using System.Net;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Ingress.Commands;

namespace BulkRelay.Core.Ingress.Proxying;

/// <summary>Who the client is, as another one says (XCLIENT). What is not said stays as it is, but for what a new session begins without.</summary>
internal sealed class ClaimedClient
{
    private IPAddress? _address;
    private int _port;
    private ClientName _name;
    private IPEndPoint _server;

    public ClaimedClient(SmtpSession session)
    {
        var client = session.Client;
        _address = client.HasAddress ? client.Address : null;
        _port = client.Port;
        _name = new ClientName(client.Name, client.NameStatus, client.ReverseName, client.ReverseNameStatus);
        _server = session.Access.Server;
    }

    /// <summary>The name in HELO; empty if none is claimed.</summary>
    public string HeloName { get; private set; } = "";

    /// <summary><c>SMTP</c> or <c>ESMTP</c>.</summary>
    public string Protocol { get; private set; } = "SMTP";

    /// <summary>As whom it signed in; null for nobody.</summary>
    public string? Login { get; private set; }

    /// <summary>Where it is connected to.</summary>
    public IPEndPoint Server => _server;

    /// <summary>The client.</summary>
    public Client Client => _address is { } address ? new Client(address, _name) { Port = _port } : Client.WithoutAddress(_name);

    /// <summary>Takes one attribute. False for an unknown one, null for a value that makes no sense.</summary>
    public bool? Apply(string name, string value) => name switch
    {
        "NAME" => ApplyName(value),
        "REVERSE_NAME" => ApplyReverseName(value),
        "ADDR" => ApplyAddress(value),
        "PORT" => ApplyPort(value),
        "HELO" => ApplyHelo(value),
        "PROTO" => ApplyProtocol(value),
        "LOGIN" => ApplyLogin(value),
        "DESTADDR" => ApplyServerAddress(value),
        "DESTPORT" => ApplyServerPort(value),
        _ => false,
    };

    private bool? ApplyName(string value)
    {
        if (StatusOf(value) is { } status) _name = _name with { Name = ClientNameResolver.Unknown, Status = status };
        else if (!ProxyAttributes.IsHostName(value)) return null;
        else _name = ClientName.Verified(value);
        return true;
    }

    private bool? ApplyReverseName(string value)
    {
        if (StatusOf(value) is { } status) _name = _name with { ReverseName = ClientNameResolver.Unknown, ReverseStatus = status };
        else if (!ProxyAttributes.IsHostName(value)) return null;
        else _name = _name with { ReverseName = value, ReverseStatus = ClientNameStatus.Verified };
        return true;
    }

    private bool? ApplyAddress(string value)
    {
        _address = ProxyAttributes.ParseAddress(value);
        return _address is not null || ProxyAttributes.IsUnavailable(value) ? true : null;
    }

    private bool? ApplyPort(string value)
    {
        if (ProxyAttributes.ParsePort(value) is not { } port) return null;
        _port = port;
        return true;
    }

    private bool? ApplyHelo(string value)
    {
        HeloName = ProxyAttributes.IsUnavailable(value) ? "" : HeloCommand.Neuter(value);
        return true;
    }

    private bool? ApplyProtocol(string value)
    {
        Protocol = value.ToUpperInvariant();
        return Protocol is "SMTP" or "ESMTP" ? true : null;
    }

    private bool? ApplyLogin(string value)
    {
        if (!ProxyAttributes.IsUnavailable(value)) Login = value;
        return true;
    }

    private bool? ApplyServerAddress(string value)
    {
        if (ProxyAttributes.IsUnavailable(value)) return true;
        if (ProxyAttributes.ParseAddress(value) is not { } address) return null;
        _server = new IPEndPoint(address, _server.Port);
        return true;
    }

    private bool? ApplyServerPort(string value)
    {
        if (ProxyAttributes.ParsePort(value) is not { } port) return null;
        if (port > 0) _server = new IPEndPoint(_server.Address, port);
        return true;
    }

    private static ClientNameStatus? StatusOf(string value) =>
        ProxyAttributes.IsUnavailable(value) ? ClientNameStatus.Missing
        : value.Equals(ProxyAttributes.TemporarilyUnavailable, StringComparison.OrdinalIgnoreCase) ? ClientNameStatus.Temporary
        : null;
}
