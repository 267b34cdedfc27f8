namespace BulkRelay.Smtp;

/// <summary>The extensions that a server offers and whose parameters it therefore takes.</summary>
[Flags]
public enum OfferedExtensions
{
    None = 0,

    /// <summary>RFC 6152.</summary>
    EightBitMime = 1,

    /// <summary>RFC 6531.</summary>
    SmtpUtf8 = 2,

    /// <summary>RFC 3461.</summary>
    Dsn = 4,

    /// <summary>RFC 3030.</summary>
    Chunking = 8,

    /// <summary>RFC 1870.</summary>
    Size = 16,

    /// <summary>RFC 2920.</summary>
    Pipelining = 32,
}
