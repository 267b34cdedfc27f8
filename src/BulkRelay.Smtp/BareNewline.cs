namespace BulkRelay.Smtp;

/// <summary>What a server makes of lines that end in LF without CR (<c>smtpd_forbid_bare_newline</c>).</summary>
public enum BareNewline
{
    /// <summary>A line is a line, and a dot alone on any line ends the data: open to SMTP smuggling.</summary>
    Allow,

    /// <summary>A bare LF ends a line of text, but the data ends at CR LF dot CR LF only.</summary>
    Normalize,

    /// <summary>As <see cref="Normalize"/>, and the log says that it happened.</summary>
    Note,

    /// <summary>The data ends at CR LF dot CR LF only, and a message or command with a bare LF is refused.</summary>
    Reject,
}
