using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Bounces;

/// <summary>
/// The same mail with the same fate in Postfix and here: the reports are the same but for names, dates and ids, and for four things that
/// are meant: what is ASCII says so and needs no 8-bit way; the boundary cannot be foreseen; lines may break elsewhere; and the null
/// sender of a message that comes back is shown as it was (RFC 5321 section 4.4).
/// </summary>
public sealed partial class Reports_as_Postfix_makes_them : IAsyncLifetime
{
    private const string Content = "Subject: hello\r\nFrom: a@x.test\r\nTo: b@y.test\r\nMessage-Id: <1@x.test>\r\nDate: Sat, 21 Nov 2026 11:37:01 +0000\r\n\r\nBody line.\r\n";

    private readonly SinkInbox _inbox = new();
    private readonly SinkInbox _rejecting = new(new SinkOptions { Reject = 1 });
    private readonly SinkInbox _deferring = new(new SinkOptions { Defer = 1 });
    private readonly SinkInbox _plain = new(new SinkOptions { Extensions = false });
    private PostfixProcess _postfix = null!;
    private RelayProcess _relay = null!;

    public async Task InitializeAsync()
    {
        var routes = string.Create(CultureInfo.InvariantCulture, $"{{ {{ fail.test = smtp:[127.0.0.1]:{_rejecting.Port} }}, {{ late.test = smtp:[127.0.0.1]:{_deferring.Port} }}, ")
            + string.Create(CultureInfo.InvariantCulture, $"{{ plain.test = smtp:[127.0.0.1]:{_plain.Port} }}, {{ gone.test = smtp:[127.0.0.1]:{FreePort.Next()} }}, {{ quiet.test = discard:quiet }} }}");
        var settings = $"transport_maps = inline:{routes}\ndelay_warning_time = 1s\nnotify_classes = bounce, 2bounce\nmyorigin = origin.test\nsmtpd_authorized_verp_clients = 127.0.0.1\n";
        _postfix = await PostfixProcess.StartAsync(_inbox.Port, settings);
        _relay = new RelayProcess($"relayhost = [127.0.0.1]:{_inbox.Port}\nsmtpd_peername_lookup = no\n{settings}");
        await _relay.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _postfix.DisposeAsync();
        foreach (var sink in new[] { _inbox, _rejecting, _deferring, _plain }) await sink.DisposeAsync();
    }

    [Fact]
    public async Task A_failure_and_its_copy_for_the_postmaster() => await CompareAsync(2,
        "MAIL FROM:<a@x.test> ENVID=camp+3D7", "RCPT TO:<u1@fail.test> ORCPT=rfc822;orig+2Bu1@x.test", "RCPT TO:<u2@fail.test>");

    [Fact]
    public async Task A_failure_of_which_the_header_is_wanted() => await CompareAsync(2,
        "MAIL FROM:<a@x.test> RET=HDRS", "RCPT TO:<u1@fail.test> NOTIFY=FAILURE");

    [Fact]
    public async Task A_failure_of_a_report_goes_to_the_postmaster() => await CompareAsync(1,
        "MAIL FROM:<>", "RCPT TO:<u1@fail.test>");

    [Fact]
    public async Task A_warning_about_a_mailbox_that_is_busy() => await CompareAsync(1,
        "MAIL FROM:<a@x.test>", "RCPT TO:<u1@late.test>");

    [Fact]
    public async Task A_warning_about_a_host_that_is_gone() => await CompareAsync(1,
        "MAIL FROM:<a@x.test>", "RCPT TO:<u1@gone.test>");

    [Fact]
    public async Task A_success_that_was_relayed() => await CompareAsync(1,
        "MAIL FROM:<a@x.test> ENVID=x1", "RCPT TO:<u1@plain.test> NOTIFY=SUCCESS ORCPT=rfc822;orig@x.test");

    [Fact]
    public async Task A_success_at_the_end_of_the_way() => await CompareAsync(1,
        "MAIL FROM:<a@x.test>", "RCPT TO:<u1@quiet.test> NOTIFY=SUCCESS");

    [Fact]
    public async Task A_failure_of_mail_with_VERP_goes_to_the_address_of_the_recipient() => await CompareAsync(2,
        "MAIL FROM:<list@x.test> XVERP", "RCPT TO:<u1@fail.test>");

    private async Task CompareAsync(int reports, params string[] envelope)
    {
        var expected = await ReportsAsync(_postfix.Port, reports, envelope);
        var actual = await ReportsAsync(_relay.Port, reports, envelope);
        for (var i = 0; i < reports; i++)
        {
            actual[i].To.ShouldBe(expected[i].To);
            actual[i].Text.Split('\n').ShouldBe(expected[i].Text.Split('\n'));
        }
    }

    /// <summary>The reports that the mail leads to, those to the sender first.</summary>
    private async Task<List<(string To, string Text)>> ReportsAsync(int port, int count, string[] envelope)
    {
        await SmtpTalk.SendAsync(port, "client.test", Content, envelope);
        var found = new List<(string To, string Text)>();
        for (var i = 0; i < count; i++)
        {
            var message = await _inbox.NextAsync();
            found.Add((Neutral($"{message.Sender} > {string.Join(' ', message.Recipients)}"), Neutral(Encoding.UTF8.GetString(message.Content()))));
        }
        return [.. found.OrderBy(r => r.To, StringComparer.Ordinal)];
    }

    /// <summary>The report with all that differs between two mail systems, or two moments, replaced.</summary>
    private static string Neutral(string report)
    {
        var text = report.ReplaceLineEndings("\n").Replace("\n    ", " ", StringComparison.Ordinal);
        text = Boundary().Match(text) is { Success: true } boundary ? text.Replace(boundary.Groups[1].Value, "BOUNDARY", StringComparison.Ordinal) : text;
        text = text.Replace("postfix.test", "HOST", StringComparison.Ordinal).Replace("relay.test", "HOST", StringComparison.Ordinal)
            .Replace("Postfix", "MAILER", StringComparison.Ordinal).Replace("BulkRelay", "MAILER", StringComparison.Ordinal);
        text = Dates().Replace(text, "DATE");
        text = Ids().Replace(text, "ID");
        text = MessageIds().Replace(text, "<ID@HOST>");
        text = text.Replace("Return-Path: <MAILER-DAEMON@HOST>", "Return-Path: <>", StringComparison.Ordinal);
        return EightBit().Replace(text, "").Replace("charset=utf-8", "charset=us-ascii", StringComparison.Ordinal);
    }

    [GeneratedRegex("boundary=\"([^\"]+)\"")]
    private static partial Regex Boundary();

    [GeneratedRegex(@"\w{3}, +\d+ \w{3} \d{4} \d\d:\d\d:\d\d \+0000 \(UTC\)")]
    private static partial Regex Dates();

    [GeneratedRegex(@"\b[0-9A-F]{6,12}\b(?!@)")]
    private static partial Regex Ids();

    [GeneratedRegex(@"<\d{14}\.[0-9A-F]+@HOST>")]
    private static partial Regex MessageIds();

    [GeneratedRegex(@"Content-Transfer-Encoding: 8bit\n")]
    private static partial Regex EightBit();
}
