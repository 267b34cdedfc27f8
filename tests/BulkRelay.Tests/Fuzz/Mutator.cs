using System.Text;

namespace BulkRelay.Tests.Fuzz;

/// <summary>Makes inputs for a parser: its words in any order, and what inputs become when octets are lost, doubled or changed.</summary>
internal sealed class Mutator(IReadOnlyList<string> words, int seed)
{
    private const int MaxLength = 8 * 1024;

    private static readonly byte[] Telling = [0, 1, 9, 10, 13, 27, 32, 34, 40, 46, 58, 60, 62, 64, 91, 92, 127, 128, 0xc3, 0xe2, 0xff];

    private readonly Random _random = new(seed);
    private readonly List<byte[]> _corpus = [.. words.Select(Encoding.UTF8.GetBytes)];

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        var input = new List<byte>(_corpus[_random.Next(_corpus.Count)]);
        for (var steps = _random.Next(1, 8); steps > 0; steps--) Change(input);
        if (input.Count > MaxLength) input.RemoveRange(MaxLength, input.Count - MaxLength);
        // Some of what came out is where others begin: so inputs grow and wander.
        if (_random.Next(50) == 0 && _corpus.Count < 1000) _corpus.Add([.. input]);
        return [.. input];
    }

    private void Change(List<byte> input)
    {
        var at = _random.Next(input.Count + 1);
        switch (_random.Next(7))
        {
            case 0 or 1:
                input.InsertRange(at, _corpus[_random.Next(_corpus.Count)]);
                break;
            case 2:
                input.RemoveRange(at, Math.Min(input.Count - at, _random.Next(1, 9)));
                break;
            case 3:
                input.Insert(at, Telling[_random.Next(Telling.Length)]);
                break;
            case 4 when at < input.Count:
                input[at] = (byte)_random.Next(256);
                break;
            case 5:
                var part = input.GetRange(at, Math.Min(input.Count - at, _random.Next(1, 64)));
                for (var times = _random.Next(1, 20); times > 0; times--) input.InsertRange(at, part);
                break;
            default:
                input.RemoveRange(at, input.Count - at);
                break;
        }
    }
}
