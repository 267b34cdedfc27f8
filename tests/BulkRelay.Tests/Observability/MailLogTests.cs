using System.Text;
using BulkRelay.Core.Observability;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Observability;

/// <summary>What becomes of the mail log when its file does not do what it should: it is never the end of the relay.</summary>
public sealed class MailLogTests
{
    public static TheoryData<Exception> Failures => [new IOException("disk full"), new UnauthorizedAccessException("not allowed"),
        new ObjectDisposedException("file"), new NotSupportedException("no")];

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_file_that_cannot_be_opened_again_leaves_the_old_one_in_use(Exception failure)
    {
        var old = new MemoryStream();
        Func<Stream> open = () => old;
        using (var log = new MailLog(() => open(), "relay", new FakeTimeProvider()))
        {
            open = () => throw failure;
            log.Reopen().ShouldBe(failure.Message);
            log.For("postfix", "master").Info($"still here");
        }
        Encoding.UTF8.GetString(old.ToArray()).ShouldContain("still here");
    }

    [Fact]
    public void After_it_was_opened_again_lines_go_to_the_new_file_only()
    {
        var files = new[] { new MemoryStream(), new MemoryStream() };
        var opened = 0;
        using (var log = new MailLog(() => files[opened++], "relay", new FakeTimeProvider()))
        {
            log.Reopen().ShouldBeNull();
            log.For("postfix", "master").Info($"after it");
        }
        Encoding.UTF8.GetString(files[0].ToArray()).ShouldBeEmpty();
        Encoding.UTF8.GetString(files[1].ToArray()).ShouldContain("after it");
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_file_that_cannot_be_written_or_closed_fails_nobody(Exception failure)
    {
        using var file = new FailingStream { Failure = failure };
        var later = new MemoryStream();
        Stream next = file;
        using (var log = new MailLog(() => next, "relay", new FakeTimeProvider()))
        {
            log.For("postfix", "master").Info($"lost");
            file.Tried.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
            next = later;
            log.Reopen().ShouldBeNull();
            log.For("postfix", "master").Info($"kept");
        }
        Encoding.UTF8.GetString(later.ToArray()).ShouldContain("kept");
    }

    /// <summary>A file of which nothing works.</summary>
    private sealed class FailingStream : MemoryStream
    {
        public required Exception Failure { get; init; }

        public ManualResetEventSlim Tried { get; } = new();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Tried.Set();
            throw Failure;
        }

        public override void Close()
        {
            if (!Tried.IsSet) return;
            Tried.Reset();
            throw Failure;
        }
    }
}
