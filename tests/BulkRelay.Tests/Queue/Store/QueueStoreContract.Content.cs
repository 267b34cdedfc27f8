using BulkRelay.Core.Queue;
using FsCheck;
using FsCheck.Fluent;
using static BulkRelay.Tests.Queue.Store.TestMessages;

namespace BulkRelay.Tests.Queue.Store;

public abstract partial class QueueStoreContract
{
    [Fact]
    public void Any_content_in_any_segments_comes_back_whatever_is_stored_beside_it()
    {
        var segment = Gen.Frequency((3, Gen.Choose(0, 300)), (2, Gen.Choose(0, MessageContent.SegmentSize)),
            (2, Gen.Constant(MessageContent.SegmentSize)));
        var sizes = Gen.Frequency((5, segment.ArrayOf().Resize(6)), (1, segment.ArrayOf(80)));
        Prop.ForAll(Gen.Zip(Gen.Choose(0, int.MaxValue), sizes.NonEmptyListOf().Resize(4)).ToArbitrary(), async batch =>
        {
            var random = new Random(batch.Item1);
            var messages = batch.Item2.Select(parts => Store.With([Recipient(0, Example, Noon)], Random(random, parts))).ToList();
            await Task.WhenAll(messages.Select(message => Store.AddOkAsync(message)));
            foreach (var message in messages)
            {
                var content = (await Store.ReadContentAsync(message.Envelope.Id, default)).ShouldNotBeNull();
                content.ToArray().AsSpan().SequenceEqual(message.Content.ToArray()).ShouldBeTrue();
                content.Length.ShouldBe(message.Content.Length);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

        static MessageContent Random(Random random, int[] sizes) => new([.. sizes.Select(size =>
        {
            var octets = new byte[size];
            random.NextBytes(octets);
            return (ReadOnlyMemory<byte>)octets;
        })]);
    }
}
