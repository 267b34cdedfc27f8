using System.Globalization;
using System.Text;
using BulkRelay.Core.Queue.Store;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Applets.Queue;

namespace BulkRelay.EndToEnd.Operation;

/// <summary><c>bulkrelay queue shape</c> prints what Postfix's <c>qshape</c> prints of the same mail.</summary>
public sealed class Queue_shape : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(10, 5, false, null)]
    [InlineData(6, 60, false, null)]
    [InlineData(8, 7, true, null)]
    [InlineData(10, 5, false, 2)]
    public async Task The_matrix_is_that_of_qshape(int buckets, int minutes, bool isLinear, int? parents)
    {
        var random = new Random(buckets * minutes);
        // Ages in the middle of a minute: the two programs look at the clock at different moments.
        var mail = Enumerable.Range(0, 300).Select(_ => (Domain: Domain(random), Age: TimeSpan.FromSeconds(random.Next(3000) * 60 + 30))).ToList();
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < mail.Count; i++) WriteQueueFile(i, mail[i].Domain, now - mail[i].Age);

        List<string> options = ["-b", $"{buckets}", "-t", $"{minutes}"];
        if (isLinear) options.Add("-l");
        if (parents is { } minimum) options.AddRange(["-p", "-m", $"{minimum}"]);
        var expected = (await Tool.RunAsync("qshape", [.. options, _folder.Path])).Succeeded();

        var matrix = new ShapeMatrix(buckets, minutes, isLinear, parents);
        var bounds = matrix.Bounds(now);
        matrix.Add([.. mail.GroupBy(m => (m.Domain, Bucket: bounds.Count(b => now - m.Age <= b))).Select(g => new ShapeCell(g.Key.Domain, g.Key.Bucket, g.Count()))]);
        var printed = new StringWriter(CultureInfo.InvariantCulture);
        matrix.Print(printed, 80);

        // Where counts are equal, Perl's hash decides on the order.
        Rows(printed.ToString()).ShouldBe(Rows(expected), ignoreOrder: true);
        printed.ToString().Split('\n')[0].ShouldBe(expected.Split('\n')[0]);
        Totals(printed.ToString()).ShouldBe(Totals(expected));
    }

    private static string Domain(Random random) => random.Next(4) switch
    {
        0 => $"host{random.Next(4)}.mail.example.com",
        1 => $"d{random.Next(30)}.test",
        2 => "a-domain-name-that-is-longer-than-the-column-for-it.example.org",
        _ => "example.net",
    };

    private static string[] Rows(string matrix) => matrix.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Totals(string matrix) => Rows(matrix).Skip(1).Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    /// <summary>As much of a queue file of Postfix as <c>qshape</c> reads.</summary>
    private void WriteQueueFile(int number, string domain, DateTimeOffset arrived)
    {
        var file = new MemoryStream();
        void Record(char type, string text)
        {
            file.WriteByte((byte)type);
            var length = text.Length;
            for (; length > 0x7F; length >>= 7) file.WriteByte((byte)(length & 0x7F | 0x80));
            file.WriteByte((byte)length);
            file.Write(Encoding.ASCII.GetBytes(text));
        }
        Record('C', "            100             200               1               0             100");
        Record('T', string.Create(CultureInfo.InvariantCulture, $"{arrived.ToUnixTimeSeconds()} 0"));
        Record('S', "sender@example.com");
        Record('R', $"user@{domain}");
        Record('M', "");
        file.Write(new byte[100]);
        Record('X', "");
        Record('E', "");
        var path = _folder.File(string.Create(CultureInfo.InvariantCulture, $"A{number:X8}"));
        File.WriteAllBytes(path, file.ToArray());
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
