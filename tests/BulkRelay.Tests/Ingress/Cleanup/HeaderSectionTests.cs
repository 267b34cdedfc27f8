using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress.Cleanup;

namespace BulkRelay.Tests.Ingress.Cleanup;

public sealed class HeaderSectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Work_on_a_header_grows_with_its_length_and_no_faster()
    {
        const int lines = 1_000_000;
        var message = Encoding.ASCII.GetBytes($"{string.Concat(Enumerable.Repeat("Bcc:\r\nA:\r\n", lines))}\r\n");
        var head = Begin();
        head.Read(message);
        head.Edits.Count.ShouldBe(lines);
        // In the lines that stay, from the last to the first.
        var added = Enumerable.Range(0, 20_000).Select(i => new HeaderEdit((lines - i) * 10 - 3, 1, "x"u8.ToArray())).ToList();
        await Task.Run(() => head.Add(added)).WaitAsync(Patience);
        head.Edits.Count.ShouldBe(lines + added.Count);
        head.Edits.Zip(head.Edits.Skip(1), static (edit, next) => edit.At <= next.At).ShouldAllBe(static isOrdered => isOrdered);
    }

    [Fact]
    public void Of_changes_that_are_in_the_way_of_each_other_the_first_stays()
    {
        var head = Begin();
        head.Read("Bcc: x\r\nA: b\r\nBcc: y\r\n\r\n"u8);
        head.Add([Edit(2, 1), Edit(7, 2), Edit(8, 0), Edit(10, 2), Edit(11, 1), Edit(0, 0), Edit(13, 2)]);
        head.Edits.Select(e => (e.At, e.Removed)).ShouldBe([(0, 8), (0, 0), (8, 0), (10, 2), (14, 8)]);

        static HeaderEdit Edit(int at, int removed) => new(at, removed, []);
    }

    private static HeaderSection Begin()
    {
        var head = new HeaderSection();
        head.Reset(new HeaderPolicy(ConfigSnapshot.With()));
        return head;
    }
}
