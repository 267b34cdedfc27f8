using BulkRelay.Core.Configuration;
using BulkRelay.Core.Egress.Tls;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>An open connection that is past the greeting: ready for a mail transaction, or for the next one.</summary>
internal sealed class SmtpSession(SmtpPeer peer, SmtpConnection connection, EhloResponse server, SessionIdentity? identity, long openedAt)
{
    private bool _isClosed;

    /// <summary>The server, by the name that the destination has for it.</summary>
    public SmtpPeer Peer { get; private set; } = peer;

    public SmtpConnection Connection { get; } = connection;

    /// <summary>What the server offers.</summary>
    public EhloResponse Server { get; } = server;

    /// <summary>Between whom it is; null for one that only says good-bye.</summary>
    public SessionIdentity? Identity { get; private set; } = identity;

    /// <summary>What other destinations have to agree in to take it while it is idle; null if it is for its own only.</summary>
    public SessionIdentity? Shared { get; private set; }

    /// <summary>The encryption and what it is worth; null if it is in clear.</summary>
    public TlsLink? Link { get; init; }

    /// <summary>When it was opened, as a timestamp of the time provider.</summary>
    public long OpenedAt { get; } = openedAt;

    /// <summary>How the connection is protected.</summary>
    public LinkProtection Protection => Link switch
    {
        null => LinkProtection.None,
        { IsVerified: true } => LinkProtection.Verified,
        _ => LinkProtection.Encrypted,
    };

    /// <summary>True if the server has accepted the login of <see cref="Identity"/>.</summary>
    public bool IsSignedIn { get; set; }

    /// <summary>How many transactions it has carried.</summary>
    public int Uses { get; set; }

    /// <summary>True if the server may still hold an envelope: RSET has to go before the next MAIL.</summary>
    public bool NeedsReset { get; set; }

    /// <summary>
    /// True if there will be no further transaction: the server said so (421), or both sides may no longer agree where they are.
    /// </summary>
    public bool IsSpent { get; set; }

    /// <summary>RFC 6531 requires 8BITMIME of a server that offers SMTPUTF8; some forget to say so.</summary>
    public bool Takes8Bit => Server.Offers(SmtpExtensions.EightBitMime) || Server.Offers(SmtpExtensions.SmtpUtf8);

    /// <summary>Makes it a session of a destination that shares its sessions.</summary>
    public void Share(SmtpPeer server, SessionIdentity identity, SessionIdentity shared)
    {
        Peer = server;
        Identity = identity;
        Shared = shared;
    }

    /// <summary>True if it has been used as often, or is as old, as is allowed.</summary>
    public bool IsUsedUp(SmtpClientOptions options, TimeProvider time) =>
        (options.ReuseCountLimit > 0 && Uses > options.ReuseCountLimit) || time.GetElapsedTime(OpenedAt) >= options.ReuseTimeLimit;

    /// <summary>
    /// Closes without a word: the connection is broken, or a word would be taken for content. What was not sent yet never is.
    /// </summary>
    public void Abandon()
    {
        IsSpent = true;
        _isClosed = true;
        Connection.Dispose();
    }

    /// <summary>
    /// Says QUIT, as far as the connection allows, and closes. Only between transactions. A result that is at hand need not wait for this;
    /// the next connection to the destination has to, or there would be one too many.
    /// </summary>
    public async Task QuitAsync(SmtpClientOptions options)
    {
        if (_isClosed) return;
        _isClosed = true;
        try
        {
            CommandWriter.Write(Connection.Output, "QUIT");
            await Connection.FlushAsync(options.QuitTimeout);
            if (!options.SkipQuitResponse) await Connection.ReadReplyAsync(options.QuitTimeout);
        }
        catch (ConnectionFaultException)
        {
            // It is closed all the same; there is nothing left that could be lost.
        }
        Connection.Dispose();
    }
}
