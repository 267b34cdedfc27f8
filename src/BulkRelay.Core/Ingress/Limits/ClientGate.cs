using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Limits;

/// <summary>
/// Holds one session to the limits of its client. A client that is excepted, or may say who others are (<c>smtpd_authorized_xclient_hosts</c>),
/// has none, and is not counted.
/// </summary>
internal sealed class ClientGate
{
    private readonly SmtpSession _session;
    private readonly ClientLimits _limits;
    private readonly ClientUsage _usage;
    private readonly int _connections;
    private readonly int _connectionRate;

    private ClientGate(SmtpSession session, ClientLimits limits)
    {
        _session = session;
        _limits = limits;
        _usage = Anvil.Join(session.Policy.ServiceName, session.Client.Address, limits, out _connections, out _connectionRate);
    }

    private Anvil Anvil => _session.Services.Anvil;

    /// <summary>Counts the connection of a session; null if it is not limited. <see cref="Leave"/> has to follow.</summary>
    public static async ValueTask<ClientGate?> EnterAsync(SmtpSession session)
    {
        var limits = session.Policy.ClientLimits;
        if (limits.AreOff) return null;
        var excepted = await limits.Exceptions.MatchAsync(session.Client.Name, session.Client.Address, session.Interrupted);
        if (excepted.Failure is { } failure) session.Log.Warning($"smtpd_client_event_limit_exceptions: {failure}");
        return excepted.IsMatch ? null : new ClientGate(session, limits);
    }

    /// <summary>The reply that sends a client away that connects too much, or null.</summary>
    public Reply? RefuseConnection()
    {
        if (_limits.ConnectionCount > 0 && _connections > _limits.ConnectionCount) Warn("Connection concurrency", _connections);
        else if (IsOver(ClientEvent.Connection, _connectionRate)) Warn("Connection rate", _connectionRate);
        else return null;
        return Refusal($"421 4.7.0 {_session.Policy.Hostname} Error: too many connections from {_session.Client.AddressText}");
    }

    /// <summary>Counts a MAIL command. Null, or its refusal.</summary>
    public Reply? CountMessage() => Count(ClientEvent.Message, "Message delivery request rate", "too much mail");

    /// <summary>Counts a RCPT command. Null, or its refusal.</summary>
    public Reply? CountRecipient() => Count(ClientEvent.Recipient, "Recipient address rate", "too many recipients");

    /// <summary>Counts an AUTH command. Null, or its refusal.</summary>
    public Reply? CountAuth() => Count(ClientEvent.Auth, "AUTH command rate", "too many AUTH commands");

    /// <summary>
    /// Whether a TLS handshake may begin. Null, or the refusal of STARTTLS; in wrapper mode, where it cannot be said, the connection is to
    /// be closed instead.
    /// </summary>
    /// <param name="isWrapper">True for wrapper mode.</param>
    public Reply? RefuseTls(bool isWrapper)
    {
        if (_limits.Rate(ClientEvent.NewTlsSession) == 0) return null;
        if (!IsOver(ClientEvent.NewTlsSession, Anvil.Look(_usage, ClientEvent.NewTlsSession, _limits))) return null;
        var request = isWrapper ? "TLS service" : "STARTTLS";
        _session.Log.Warning($"Refusing {request} request from {_session.Client.NameAndAddress} for service {_session.Policy.ServiceName}");
        return Refusal($"454 4.7.0 Error: too many new TLS sessions from {_session.Client.NameAndAddress}");
    }

    /// <summary>Counts a TLS session that continues no earlier one. Null, or the reply after which the connection is to be closed.</summary>
    public Reply? CountTlsSession()
    {
        if (_limits.Rate(ClientEvent.NewTlsSession) == 0) return null;
        var rate = Anvil.Count(_usage, ClientEvent.NewTlsSession, _limits);
        if (!IsOver(ClientEvent.NewTlsSession, rate)) return null;
        Warn("New TLS session rate", rate);
        return Refusal($"421 4.7.0 {_session.Policy.Hostname} Error: too many new TLS sessions from {_session.Client.NameAndAddress}");
    }

    /// <summary>The session is over, or goes on as that of another client.</summary>
    public void Leave() => Anvil.Leave(_usage);

    private Reply? Count(ClientEvent what, string limit, string complaint)
    {
        if (_limits.Rate(what) == 0) return null;
        var rate = Anvil.Count(_usage, what, _limits);
        if (!IsOver(what, rate)) return null;
        Warn(limit, rate);
        return Refusal($"450 4.7.1 Error: {complaint} from {_session.Client.AddressText}");
    }

    private bool IsOver(ClientEvent what, int rate) => _limits.Rate(what) > 0 && rate > _limits.Rate(what);

    private Reply Refusal(string text)
    {
        var reply = new Reply(text);
        _session.Transcript?.NoteRefusal(reply);
        return reply;
    }

    private void Warn(string limit, int value) => _session.Log.Warning(
        $"{limit} limit exceeded: {value} from {_session.Client.NameAndAddress} for service {_session.Policy.ServiceName}");
}
