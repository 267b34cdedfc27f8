using System.Text;

namespace BulkRelay.Tests.Ingress;

/// <summary>A client that has hung up holds no place, whatever it would have had to wait for.</summary>
public sealed class ClosedConnectionTests() : IngressTest(sessionLimit: 1)
{
    /// <summary>By then the place is free again; each wait here would take longer.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private static string Guess { get; } = $"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes("\0anna\0wrong"))}\r\n";

    [Theory]
    [InlineData("")]
    [InlineData("QUIT\r\n")]
    public async Task While_the_answer_to_its_guess_is_held_back(string ahead)
    {
        Configure(("smtpd_sasl_auth_enable", "yes"), ("smtpd_sasl_type", "table"), ("smtpd_sasl_path", "inline:{ {anna = secret} }"),
            ("smtpd_forbid_unauth_pipelining", "no"), ("stress", ""));
        using (var client = await ConnectAsync())
        {
            await client.CommandAsync("EHLO client.test");
            for (var i = 0; i < 6; i++)
            {
                await client.SendAsync(Guess);
                (await AdvanceUntilAsync(client.ReadReplyAsync(), TimeSpan.FromSeconds(1)))!.ShouldStartWith("535 ");
            }
            await HangUpAsync(client, Guess + ahead);
        }
        await SomebodyElseIsServedAsync();
    }

    [Fact]
    public async Task While_its_errors_are_answered_slowly()
    {
        Configure(("smtpd_error_sleep_time", "200s"), ("smtpd_soft_error_limit", "1"));
        using (var client = await ConnectAsync()) await HangUpAsync(client, "FOO\r\n");
        await SomebodyElseIsServedAsync();
    }

    [Fact]
    public async Task While_a_restriction_makes_it_wait()
    {
        Configure(("smtpd_recipient_restrictions", "sleep 200, reject"));
        using (var client = await ConnectAsync())
        {
            await client.CommandAsync("MAIL FROM:<a@x.test>");
            await HangUpAsync(client, "RCPT TO:<b@y.test>\r\n");
        }
        await SomebodyElseIsServedAsync();
    }

    [Fact]
    public async Task Who_only_has_nothing_more_to_say_is_told_what_became_of_it()
    {
        Configure(("smtpd_error_sleep_time", "200s"), ("smtpd_soft_error_limit", "1"));
        using var client = await ConnectAsync();
        await client.SendAsync("FOO\r\n");
        client.CloseSending();
        (await AdvanceUntilAsync(client.ReadReplyAsync(), TimeSpan.FromSeconds(0.5))).ShouldBe("500 5.5.2 Error: command not recognized");
    }

    /// <summary>Says something for which it has to wait, and goes while it does.</summary>
    private async Task HangUpAsync(TestClient client, string text)
    {
        var timers = Time.ActiveTimers;
        await client.SendAsync(text);
        await Time.WaitForTimersAsync(timers + 1);
        client.Dispose();
    }

    private async Task SomebodyElseIsServedAsync()
    {
        var began = Time.GetUtcNow();
        using var next = Connect();
        (await AdvanceUntilAsync(next.ReadReplyAsync(), TimeSpan.FromSeconds(0.5)))!.ShouldStartWith("220 ");
        (Time.GetUtcNow() - began).ShouldBeLessThan(Soon);
    }
}
