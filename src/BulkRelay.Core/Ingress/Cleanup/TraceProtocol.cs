namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>The protocol as a trace header names it (RFC 3848, RFC 6531 section 3.7.3): <c>ESMTPSA</c>, <c>UTF8SMTP</c> …</summary>
internal static class TraceProtocol
{
    /// <param name="protocol">That of the session: <c>SMTP</c>, <c>ESMTP</c>.</param>
    /// <param name="isSmtpUtf8">Whether the message was sent with SMTPUTF8.</param>
    /// <param name="isEncrypted">Whether the connection was.</param>
    /// <param name="isSignedIn">Whether the client had signed in.</param>
    public static string Name(string protocol, bool isSmtpUtf8, bool isEncrypted, bool isSignedIn)
    {
        var name = isSmtpUtf8 ? "UTF8SMTP" : protocol;
        return (isEncrypted, isSignedIn) switch
        {
            (true, true) => $"{name}SA",
            (true, false) => $"{name}S",
            (false, true) => $"{name}A",
            _ => name,
        };
    }
}
