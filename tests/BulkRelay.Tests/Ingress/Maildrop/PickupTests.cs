using System.Text;
using System.Threading.Channels;
using BulkRelay.Core;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Maildrop;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Maildrop;

public sealed class PickupTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _queue = new();
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryStream _logged = new();
    private readonly MailLog _log;
    private readonly ActorSystem _actors;
    private readonly Channel<IncomingMessage> _submitted = Channel.CreateUnbounded<IncomingMessage>();
    private readonly MaildropFolder _folder;
    private StoreResult _answer = StoreResult.Stored;
    private IActorRef _pickup = ActorRefs.Nobody;
    private string _sentinel = "";

    public PickupTests()
    {
        _log = new MailLog(() => _logged, "relay", _time);
        _actors = ActorSystems.Create("test", _time);
        _folder = new MaildropFolder(_queue.Path);
        _folder.Create();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _actors.Terminate();
        _log.Dispose();
        _queue.Dispose();
    }

    [Fact]
    public async Task What_lies_there_is_queued_at_the_start_and_each_minute_and_goes()
    {
        await AddAsync("first");
        StartActor();
        (await NextAsync()).ShouldContain("Subject: first");
        await AddAsync("second");
        _time.Advance(TimeSpan.FromMinutes(1));
        (await NextAsync()).ShouldContain("Subject: second");
        await EndScanAsync();
        _folder.Files.ShouldNotContain(f => f != _sentinel);
    }

    [Fact]
    public async Task What_the_queue_cannot_take_now_stays_and_is_tried_again()
    {
        _answer = StoreResult.Unavailable;
        await AddAsync("later");
        StartActor();
        await NextAsync();
        _answer = StoreResult.Stored;
        _time.Advance(TimeSpan.FromMinutes(1));
        (await NextAsync()).ShouldContain("Subject: later");
        await EndScanAsync();
        _folder.Files.ShouldNotContain(f => f != _sentinel);
        Log().ShouldContain("4.3.0 queue file write error: tried again in a minute");
    }

    [Fact]
    public async Task What_can_never_be_sent_is_put_aside_and_told()
    {
        await _folder.AddAsync(Envelope with { Recipients = ["a@b@"] }, Text("bad"), CancellationToken.None);
        var garbage = Path.Combine(_queue.Path, "maildrop", "garbage");
        await File.WriteAllTextAsync(garbage, "no envelope\n");
        File.SetUnixFileMode(garbage, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await AddAsync("good");
        StartActor();
        (await NextAsync()).ShouldContain("Subject: good");
        await EndScanAsync();
        _folder.Files.ShouldNotContain(f => f != _sentinel);
        Directory.GetFiles(Path.Combine(_queue.Path, "corrupt")).Length.ShouldBe(2);
        Log().ShouldContain("5.1.3 bad recipient address syntax: the file is in the folder corrupt now");
        Log().ShouldContain("maildrop: garbage: it has no envelope");
    }

    /// <summary>Anybody may put there what he likes: what is not his own whole regular file is not opened, or not read.</summary>
    [Fact]
    public async Task What_is_no_mail_is_left_alone()
    {
        var drop = Path.Combine(_queue.Path, "maildrop");
        await AddAsync("complete");
        var complete = _folder.Files.Single();
        File.CreateSymbolicLink(Path.Combine(drop, "symlink"), complete);
        await File.WriteAllTextAsync(Path.Combine(drop, "unfinished"), "{}\n");
        System.Diagnostics.Process.Start("mkfifo", Path.Combine(drop, "fifo")).WaitForExit();
        System.Diagnostics.Process.Start("chmod", ["700", Path.Combine(drop, "fifo")]).WaitForExit();
        System.Diagnostics.Process.Start("ln", [complete, Path.Combine(_queue.Path, "second-name")]).WaitForExit();
        _folder.Files.Count().ShouldBe(4);
        foreach (var file in _folder.Files) MaildropFile.TryOpen(file).ShouldBeNull(file);
        File.Delete(Path.Combine(_queue.Path, "second-name"));
        await using var mail = MaildropFile.TryOpen(complete).ShouldNotBeNull();
        mail.UserId.ShouldBe(int.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static Submission Envelope => new() { Sender = "a@x.test", Recipients = ["b@y.test"] };

    private Task AddAsync(string subject) => _folder.AddAsync(Envelope, Text(subject), CancellationToken.None);

    private static MemoryStream Text(string subject) => new(Encoding.UTF8.GetBytes($"Subject: {subject}\n\nbody\n"));

    private void StartActor()
    {
        var snapshot = ConfigSnapshot.With(("myhostname", "relay.test"));
        var services = new IngressServices
        {
            Submit = (message, _) =>
            {
                var answer = _answer;
                _submitted.Writer.TryWrite(message);
                return ValueTask.FromResult(answer);
            },
            NextMessageId = () => 7,
            Log = _log,
            Time = _time,
        };
        var (folder, submissions, log) = (_folder, new LocalSubmission(() => snapshot, services), _log.For("postfix", "pickup"));
        _pickup = _actors.ActorOf(Props.Create(() => new PickupActor(folder, submissions, log)), "pickup");
    }

    private async Task<string> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        return Encoding.UTF8.GetString((await _submitted.Reader.ReadAsync(limit.Token)).Content.ToArray());
    }

    /// <summary>A file that is added during a scan is taken by the next one, which begins when that one is over.</summary>
    private async Task EndScanAsync()
    {
        var before = _folder.Files.ToHashSet();
        await AddAsync("sentinel");
        _sentinel = _folder.Files.Single(f => !before.Contains(f));
        _pickup.Tell(PickupActor.Scan.Instance);
        while (!(await NextAsync()).Contains("Subject: sentinel", StringComparison.Ordinal))
        {
        }
    }

    private string Log()
    {
        _log.Dispose();
        return Encoding.UTF8.GetString(_logged.ToArray());
    }
}
