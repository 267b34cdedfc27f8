using BulkRelay.Core.Observability;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Observability;

public class MailLogLineTests
{
    /// <summary>Peers decide how long an address or a reply is: the line is cut, and what is logged goes on.</summary>
    [Theory]
    [InlineData(MailLogLine.MaxLength - 1)]
    [InlineData(MailLogLine.MaxLength)]
    [InlineData(MailLogLine.MaxLength + 1)]
    [InlineData(70_000)]
    public async Task A_line_that_is_too_long_is_cut_off(int length)
    {
        using var log = new TestLog();
        var (ascii, wide) = (new string('x', length), new string('\u7528', length));
        log.Service.Info($"ascii <{ascii}> and more: {length}");
        log.Service.Info($"wide <{wide}> and more: {ascii} {wide}");
        log.Service.Info($"the end");
        await log.WaitForAsync("the end");
        var lines = log.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(3);
        lines[0].ShouldContain($"ascii <{ascii[..(MailLogLine.MaxLength - 7)]}");
        lines[0].ShouldNotContain("and more");
        lines[1].ShouldContain($"wide <{wide[..((MailLogLine.MaxLength - 6) / 3)]}");
    }
}
