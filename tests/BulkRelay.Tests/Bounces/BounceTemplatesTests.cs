using System.Text;
using BulkRelay.Core.Bounces;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Queue;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Bounces;

/// <summary><c>bounce_template_file</c>, the format of bounce(5).</summary>
public sealed class BounceTemplatesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_template_of_the_file_stands_in_for_the_built_in_one()
    {
        var templates = Load("""
            # our words
            failure_template = <<END
            Charset: utf-8
            From: MAILER-DAEMON (Die Post)
            Subject: Unzustellbar
            Postmaster-Subject: Kopie

            Rechner $myhostname, ${mydomain}, 5$$, $nothing.
              Größe
            END

            """);
        templates.Faults.ShouldBeEmpty();
        var failure = templates.For(ReportKind.Failure);
        failure.ShouldSatisfyAllConditions(t => t.Subject.ShouldBe("Unzustellbar"), t => t.PostmasterSubject.ShouldBe("Kopie"),
            t => t.FromAt("example.net").ShouldBe("MAILER-DAEMON@example.net (Die Post)"));
        templates.Expand(failure).ShouldBe("Rechner relay.example.net, example.net, 5$, .\n  Größe\n");
        templates.For(ReportKind.Delay).Subject.ShouldBe("Delayed Mail (still being retried)");
    }

    [Fact]
    public void Times_are_given_in_the_unit_that_the_template_names()
    {
        var templates = Load("delay_template = <<EOF\n\n$delay_warning_time_hours $delay_warning_time_minutes $maximal_queue_lifetime_days "
            + "$maximal_queue_lifetime_weeks $maximal_queue_lifetime_seconds\nEOF\n", ("delay_warning_time", "4h"), ("maximal_queue_lifetime", "14d"));
        templates.Expand(templates.For(ReportKind.Delay)).ShouldBe("4 240 14 2 1209600\n");
    }

    [Fact]
    public void A_text_in_another_charset_is_sent_in_UTF8()
    {
        var path = Path.Combine(_folder.Path, "bounce.cf");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes("failure_template = <<EOF\nCharset: iso-8859-1\n\nGrüße\nEOF\n"));
        var templates = BounceTemplates.Load(ConfigSnapshot.With(("bounce_template_file", path)));
        templates.Expand(templates.For(ReportKind.Failure)).ShouldBe("Grüße\n");
    }

    [Theory]
    [InlineData("failure_template = <<EOF\nSubject: x\n\ntext\n", "bounce.cf:1: warning: bounce_template_file: there is no line \"EOF\" to end the template")]
    [InlineData("\nfoo_template = <<EOF\nEOF\n", "bounce.cf:2: warning: bounce_template_file: there is no template foo_template: use failure_template")]
    [InlineData("failure_template = text\n", "bounce.cf:1: warning: bounce_template_file: a template begins with")]
    [InlineData("failure_template = <<EOF\nX-Foo: x\n\ntext\nEOF\n", "failure_template: there is no header x-foo; the built-in template is used")]
    [InlineData("failure_template = <<EOF\nSubject: ü\n\ntext\nEOF\n", "failure_template: the header subject is not ASCII; the built-in template is used")]
    [InlineData("failure_template = <<EOF\n\nü\nEOF\n", "failure_template: the text is not in the charset us-ascii; the built-in template is used")]
    [InlineData("failure_template = <<EOF\nCharset: klingon\n\nx\nEOF\n", "failure_template: the text is not in the charset klingon; the built-in template is used")]
    [InlineData("failure_template = <<EOF\n\n${myhostname\nEOF\n", "bounce_template_file: ")]
    public void What_is_wrong_is_told_with_its_place_and_reports_go_on(string file, string fault)
    {
        var templates = Load(file);
        templates.Faults.Select(f => f.ToString()).ShouldHaveSingleItem().ShouldContain(fault);
        templates.Expand(templates.For(ReportKind.Failure)).ShouldNotBeEmpty();
    }

    [Fact]
    public void A_file_that_is_missing_is_told() =>
        BounceTemplates.Load(ConfigSnapshot.With(("bounce_template_file", "/nonexistent/bounce.cf"))).Faults
            .ShouldHaveSingleItem().Message.ShouldStartWith("/nonexistent/bounce.cf: ");

    [Fact]
    public void A_time_shorter_than_its_unit_is_told() =>
        BounceTemplates.Load(ConfigSnapshot.With(("delay_warning_time", "30m"))).Faults.ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(f => f.Parameter.ShouldBe("delay_warning_time"), f => f.Message.ShouldContain("$delay_warning_time_hours"));

    private BounceTemplates Load(string file, params (string, string)[] settings)
    {
        var path = Path.Combine(_folder.Path, "bounce.cf");
        File.WriteAllText(path, file.ReplaceLineEndings("\n"));
        return BounceTemplates.Load(ConfigSnapshot.With([("myhostname", "relay.example.net"), ("bounce_template_file", path), .. settings]));
    }
}
