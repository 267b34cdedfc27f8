using Akka.Serialization;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Queue.Journal;

/// <summary>
/// The octets of <see cref="IJournalEvent"/>. A manifest is a kind and its version: what was written once is read for ever, so that a changed
/// kind gets a new version and the old one stays in <see cref="FromBinary(byte[], string)"/>. Reading never fails: an event that cannot be
/// read must not keep those behind it out of reach.
/// </summary>
/// <remarks>Numbers are little-endian, times ticks in UTC, texts UTF-8 behind their length (<see cref="BinaryWriter"/>).</remarks>
internal sealed class JournalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string Learned = "L1";
    private const string Forgotten = "F1";
    private const string Snapshot = "S1";

    /// <inheritdoc/>
    public override int Identifier => 1700;

    /// <inheritdoc/>
    public override string Manifest(object o) => o switch
    {
        DestinationLearned => Learned,
        DestinationForgotten => Forgotten,
        KnowledgeSnapshot => Snapshot,
        _ => throw new ArgumentException($"{o.GetType()} is not for the journal", nameof(o)),
    };

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj)
    {
        using var octets = new MemoryStream();
        using var writer = new BinaryWriter(octets);
        switch (obj)
        {
            case DestinationLearned learned: Write(writer, learned); break;
            case DestinationForgotten forgotten: Write(writer, forgotten.Destination); break;
            case KnowledgeSnapshot snapshot:
                writer.Write(snapshot.Destinations.Count);
                foreach (var learned in snapshot.Destinations) Write(writer, learned);
                break;
            default: throw new ArgumentException($"{obj.GetType()} is not for the journal", nameof(obj));
        }
        writer.Flush();
        return octets.ToArray();
    }

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
            return manifest switch
            {
                Learned => ReadLearned(reader),
                Forgotten => new DestinationForgotten(ReadDestination(reader)),
                Snapshot => ReadSnapshot(reader),
                _ => new UnreadableEvent($"'{manifest}' is no kind that this version knows"),
            };
        }
        catch (Exception e) when (e is IOException or ArgumentException or FormatException or OverflowException)
        {
            return new UnreadableEvent($"'{manifest}' of {bytes.Length} octets: {e.Message}");
        }
    }

    private static void Write(BinaryWriter writer, DestinationLearned learned)
    {
        Write(writer, learned.Destination);
        var known = learned.Knowledge;
        writer.Write(known.Window);
        writer.Write(known.RestsUntil.UtcTicks);
        writer.Write(known.Closure is not null);
        if (known.Closure is not { } closure) return;
        writer.Write(closure.Status.Class);
        writer.Write(closure.Status.Subject);
        writer.Write(closure.Status.Detail);
        writer.Write(closure.Reason);
        writer.Write(closure.Until.UtcTicks);
    }

    private static void Write(BinaryWriter writer, DestinationKey destination)
    {
        writer.Write(destination.Transport);
        writer.Write(destination.Nexthop);
    }

    private static DestinationLearned ReadLearned(BinaryReader reader)
    {
        var destination = ReadDestination(reader);
        var window = reader.ReadInt32();
        var restsUntil = ReadTime(reader);
        if (!reader.ReadBoolean()) return new DestinationLearned(destination, new DestinationKnowledge(window, null, restsUntil));
        var status = new EnhancedStatus(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        return new DestinationLearned(destination, new DestinationKnowledge(window, new Closure(status, reader.ReadString(), ReadTime(reader)), restsUntil));
    }

    private static DestinationKey ReadDestination(BinaryReader reader) => new(reader.ReadString(), reader.ReadString());

    private static DateTimeOffset ReadTime(BinaryReader reader) => new(reader.ReadInt64(), TimeSpan.Zero);

    private static KnowledgeSnapshot ReadSnapshot(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        var destinations = new List<DestinationLearned>();
        while (count-- > 0) destinations.Add(ReadLearned(reader));
        return new KnowledgeSnapshot(destinations);
    }
}
