namespace BulkRelay.Tests.Ingress.Restrictions;

/// <summary>What permits is logged where it decides whether a request is served, and nowhere else.</summary>
public sealed class PermitLogTests : IngressTest
{
    [Theory]
    [InlineData("permit_mynetworks")]
    [InlineData("check_client_access inline:{127.0.0.1=OK}")]
    [InlineData("own")]
    public async Task A_list_that_decides_about_something_else_logs_nothing(string list)
    {
        Configure(("smtpd_log_access_permit_actions", "static:all"), ("local_header_rewrite_clients", list), ("smtpd_restriction_classes", "own"), ("own", "permit_mynetworks"));
        using var client = await ConnectAsync();
        foreach (var command in new[] { "EHLO client.test", "MAIL FROM:<a@x.test>", "RCPT TO:<b@y.test>", "DATA", "Subject: x\r\n\r\nx\r\n.", "QUIT" })
            (await client.CommandAsync(command)).ShouldNotBeNull();
        var permits = (await StopAndReadLogAsync()).Split('\n').Where(l => l.Contains(": permit: ", StringComparison.Ordinal));
        permits.ShouldHaveSingleItem().ShouldContain("NOQUEUE: permit: RCPT from unknown[127.0.0.1]: action=permit_mynetworks for Client host=unknown[127.0.0.1] ; from=<a@x.test>");
    }
}
