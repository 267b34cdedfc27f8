using System.Text.RegularExpressions;

namespace BulkRelay.Tests.Egress;

/// <summary>Lines over <c>smtp_line_length_limit</c> are broken on the way out, and the log says so.</summary>
public sealed class SmtpLongLineTests
{
    private const string Line = "4F2A1: breaking line > 998 bytes with <CR><LF>SPACE\n";

    [Theory]
    [InlineData(998, 0)]
    [InlineData(999, 1)]
    [InlineData(5000, 1)]
    public async Task A_line_that_is_broken_is_logged_once_for_a_message(int length, int times)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.TakeMailAsync();
        });
        var line = new string('x', length);
        await fixture.DeliverAsync(server.Nexthop, EgressFixture.Mail($"A: {line[3..]}\r\n\r\n{line}\r\n{line}\r\n"));
        (await server.EndedAsync())[0].Content.Split("\r\n").Max(l => l.Length).ShouldBe(998);
        var log = fixture.CloseLog();
        Regex.Count(log, Regex.Escape(Line)).ShouldBe(times);
        if (times > 0) log.ShouldNotContain("warning: 4F2A1: breaking");
    }
}
