using System.Runtime.CompilerServices;
using BulkRelay.Core;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Journal;
using BulkRelay.Smtp;

namespace BulkRelay.Tests.Queue.Journal;

/// <summary>
/// The octets of events. Those of every version are kept in <c>events/MANIFEST.hex</c>: a file is added with a version and none is ever
/// changed, because there are journals with such events.
/// </summary>
public sealed class JournalSerializerTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly DestinationLearned Dead = new(new DestinationKey("smtp", "example.com"), new DestinationKnowledge(0,
        new Closure(new EnhancedStatus(4, 4, 1), "delivery temporarily suspended: connect to mx.example.com[192.0.2.1]:25: Connection refused", Noon), default));

    private static readonly DestinationLearned Wide = new(new DestinationKey("relay", "grüße.example"), new DestinationKnowledge(20, null, Noon.AddSeconds(2)));

    /// <summary>One event of each kind and version.</summary>
    private static readonly Dictionary<string, IJournalEvent> Events = new()
    {
        ["L1"] = Dead,
        ["F1"] = new DestinationForgotten(Dead.Destination),
        ["S1"] = new KnowledgeSnapshot([Dead, Wide]),
    };

    private readonly ActorSystem _system = ActorSystems.Create("journal-test", TimeProvider.System);

    public static TheoryData<string> Manifests => [.. Events.Keys];

    private JournalSerializer Serializer => new((ExtendedActorSystem)_system);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Theory]
    [MemberData(nameof(Manifests))]
    public void What_was_written_once_is_read_for_ever(string manifest) =>
        ShouldBeSame(Serializer.FromBinary(Convert.FromHexString(File.ReadAllText(FileOf(manifest)).ReplaceLineEndings("")), manifest), Events[manifest]);

    [Fact]
    public void Each_kind_is_written_as_its_newest_version_and_read_again()
    {
        foreach (var written in Events.Values)
        {
            var serializer = _system.Serialization.FindSerializerFor(written).ShouldBeOfType<JournalSerializer>();
            ShouldBeSame(serializer.FromBinary(serializer.ToBinary(written), serializer.Manifest(written)), written);
        }
    }

    [Fact]
    public void What_cannot_be_read_is_an_event_of_its_own_and_never_an_exception()
    {
        var random = new Random(7);
        foreach (var manifest in Events.Keys.Append("L2").Append(""))
        {
            for (var i = 0; i < 2_000; i++)
            {
                var octets = i % 2 == 0 ? new byte[random.Next(100)] : Serializer.ToBinary(Events.Values.ElementAt(i % 3));
                if (i % 2 == 0) random.NextBytes(octets);
                else octets[random.Next(octets.Length)] ^= (byte)(1 << random.Next(8));
                Serializer.FromBinary(octets[..random.Next(octets.Length + 1)], manifest).ShouldBeAssignableTo<IJournalEvent>();
            }
        }
        Serializer.FromBinary([], "L2").ShouldBeOfType<UnreadableEvent>().Reason.ShouldBe("'L2' is no kind that this version knows");
    }

    /// <summary>Records with lists are compared by what is in them.</summary>
    private static void ShouldBeSame(object read, IJournalEvent written)
    {
        if (written is KnowledgeSnapshot snapshot) ((KnowledgeSnapshot)read).Destinations.ShouldBe(snapshot.Destinations);
        else read.ShouldBe(written);
    }

    private static string FileOf(string manifest, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "events", $"{manifest}.hex");
}
