namespace BulkRelay.Smtp;

/// <summary>The service extensions of SMTP that a server offers in its reply to EHLO, ours to clients and others to us.</summary>
[Flags]
public enum SmtpExtensions
{
    None = 0,

    /// <summary>RFC 2920: commands may be sent ahead of the replies.</summary>
    Pipelining = 1,

    /// <summary>RFC 1870: MAIL takes SIZE=, and the server may name a limit.</summary>
    Size = 2,

    /// <summary>RFC 6152: content may hold octets above 127.</summary>
    EightBitMime = 4,

    /// <summary>RFC 6531: addresses and header lines may be UTF-8.</summary>
    SmtpUtf8 = 8,

    /// <summary>RFC 3461: MAIL takes RET= and ENVID=, RCPT takes NOTIFY= and ORCPT=.</summary>
    Dsn = 16,

    /// <summary>RFC 3207: the connection can be encrypted.</summary>
    StartTls = 32,

    /// <summary>RFC 3030: content may come by BDAT.</summary>
    Chunking = 64,

    /// <summary>Postfix's own: MAIL takes XVERP, and each recipient's mail then has a sender of its own.</summary>
    Verp = 128,

    /// <summary>RFC 4954: the client can sign in.</summary>
    Auth = 256,
}
