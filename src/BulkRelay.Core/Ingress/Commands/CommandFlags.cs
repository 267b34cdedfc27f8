namespace BulkRelay.Core.Ingress.Commands;

/// <summary>How a session treats a command.</summary>
[Flags]
internal enum CommandFlags
{
    None = 0,

    /// <summary>A client must wait for the reply before it goes on (RFC 2920 section 3.1).</summary>
    EndsGroup = 1,

    /// <summary>Has no effect on mail, so repeating it is limited (<c>smtpd_junk_command_limit</c>).</summary>
    Junk = 2,

    /// <summary>Is served before TLS where TLS is required (RFC 3207 section 4).</summary>
    BeforeTls = 4,
}
