using System.Text;
using System.Threading.Channels;
using BulkRelay.Core;
using BulkRelay.Core.Bounces;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Maildrop;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Maildrop;

/// <summary>A maildrop folder, and a queue that a test looks into.</summary>
public abstract class PickupTest : IAsyncLifetime
{
    private const string Sentinel = "sentinel";

    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _queue = new();
    private readonly MemoryStream _logged = new();
    private readonly MailLog _log;
    private readonly ActorSystem _actors;
    private readonly Channel<IncomingMessage> _submitted = Channel.CreateUnbounded<IncomingMessage>();
    private IActorRef _pickup = ActorRefs.Nobody;
    private int _scans;
    private long _lastId = 6;

    protected PickupTest()
    {
        _log = new MailLog(() => _logged, "relay", Time);
        _actors = ActorSystems.Create("test", Time);
        Folder = new MaildropFolder(_queue.Path);
        Folder.Create();
    }

    protected IActorRef Pickup => _pickup;

    private protected FakeTimeProvider Time { get; } = new();

    private protected MaildropFolder Folder { get; }

    /// <summary>The folder itself.</summary>
    protected string Drop => Path.Combine(_queue.Path, "maildrop");

    /// <summary>What the queue says to a message.</summary>
    private protected Func<IncomingMessage, StoreResult> Answer { get; set; } = _ => StoreResult.Stored;

    private protected static Submission Envelope => new() { Sender = "a@x.test", Recipients = ["b@y.test"] };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _actors.Terminate();
        _log.Dispose();
        _queue.Dispose();
    }

    private protected Task AddAsync(string subject) => AddAsync(Envelope, $"Subject: {subject}\n\nbody\n");

    private protected Task AddAsync(Submission envelope, string text) =>
        Folder.AddAsync(envelope, new MemoryStream(Encoding.UTF8.GetBytes(text)), CancellationToken.None);

    /// <summary>A file as a user might make it.</summary>
    protected async Task AddFileAsync(string name, byte[] octets)
    {
        var file = Path.Combine(Drop, name);
        await File.WriteAllBytesAsync(file, octets);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    protected string CorruptPath => Path.Combine(_queue.Path, "corrupt");

    /// <summary>The names of the files that were put aside.</summary>
    protected string[] Corrupt =>
        Directory.Exists(CorruptPath) ? [.. Directory.GetFiles(CorruptPath).Select(f => Path.GetFileName(f))] : [];

    protected string SecondName => Path.Combine(_queue.Path, "second-name");

    protected void StartActor(params (string Name, string Value)[] settings)
    {
        var snapshot = ConfigSnapshot.With([("myhostname", "relay.test"), .. settings]);
        var services = new IngressServices
        {
            Submit = (message, _) =>
            {
                var answer = Answer(message);
                _submitted.Writer.TryWrite(message);
                return ValueTask.FromResult(answer);
            },
            NextMessageId = () => Interlocked.Increment(ref _lastId),
            BuildReport = new Reporter(() => snapshot, () => Interlocked.Increment(ref _lastId), _log.For("postfix", "bounce"),
                _log.For("postfix", "cleanup")).Build,
            Log = _log,
            Time = Time,
        };
        var (folder, submissions) = (Folder, new LocalSubmission(() => snapshot, services));
        _pickup = _actors.ActorOf(Props.Create(() => new PickupActor(folder, submissions, services)), "pickup");
    }

    private protected async Task<IncomingMessage> NextMessageAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        return await _submitted.Reader.ReadAsync(limit.Token);
    }

    protected async Task<string> NextAsync() => Encoding.UTF8.GetString((await NextMessageAsync()).Content.ToArray());

    /// <summary>
    /// Looks at the folder until what was there before has been looked at; returns what was queued until then. A file that is added during
    /// a scan may be taken by it or by the next one, so it is tried a few times.
    /// </summary>
    protected async Task<List<string>> EndScanAsync()
    {
        var queued = new List<string>();
        for (var round = 0; round < 3; round++) await ScanAsync(queued);
        return queued;
    }

    /// <summary>
    /// Looks at the folder until nothing is left there, and until the scans that saw to that have ended: a file goes before its line is in
    /// the log.
    /// </summary>
    protected async Task EmptiedAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (Left.Any())
        {
            limit.Token.ThrowIfCancellationRequested();
            await ScanAsync([]);
        }
        await EndScanAsync();
    }

    /// <summary>What is left in the folder but the files by which scans are seen.</summary>
    protected IEnumerable<string> Left => Folder.Files.Where(f => !Path.GetFileName(f).StartsWith(Sentinel, StringComparison.Ordinal));

    private async Task ScanAsync(List<string> queued)
    {
        using var text = new MemoryStream();
        var name = $"{Sentinel}{++_scans}";
        await SubmissionText.WriteAsync(text, Envelope, new MemoryStream(Encoding.UTF8.GetBytes($"Subject: {name}\n\n")),
            CancellationToken.None);
        await AddFileAsync(name, text.ToArray());
        _pickup.Tell(PickupActor.Scan.Instance);
        while (await NextAsync() is var message && !message.Contains($"Subject: {name}\r\n", StringComparison.Ordinal)) queued.Add(message);
    }

    protected string Log()
    {
        _log.Dispose();
        return Encoding.UTF8.GetString(_logged.ToArray());
    }
}
