using System.Text;
using System.Text.Unicode;

namespace BulkRelay.Core.Ingress.Restrictions.PolicyService;

/// <summary>
/// Reads the answer of a policy service: lines <c>name=value</c>, of which <c>action</c> counts, and an empty line. Anything else, more
/// than that, and more than it can hold is no answer.
/// </summary>
internal sealed class PolicyAnswerReader
{
    private const int MaxLength = 16 * 1024;

    private byte[] _buffer = new byte[1024];
    private int _length;

    /// <summary>Where the next octets go; never empty.</summary>
    public Memory<byte> Room
    {
        get
        {
            if (_length == _buffer.Length) Array.Resize(ref _buffer, 2 * _length);
            return _buffer.AsMemory(_length);
        }
    }

    /// <summary>Takes the octets that came. Null if the answer goes on.</summary>
    public PolicyAnswer? TryRead(int count)
    {
        _length += count;
        var octets = _buffer.AsSpan(0, _length);
        var end = octets is [(byte)'\n', ..] ? 1 : octets.IndexOf("\n\n"u8) is >= 0 and var at ? at + 2 : 0;
        if (end == 0) return _length > MaxLength ? PolicyAnswer.Failed($"the answer is longer than {MaxLength} octets") : null;
        return end < _length ? PolicyAnswer.Failed("the answer goes on behind its end") : Parse(octets);
    }

    private static PolicyAnswer Parse(ReadOnlySpan<byte> octets)
    {
        if (!Utf8.IsValid(octets)) return PolicyAnswer.Failed("malformed UTF-8 in the answer");
        foreach (var line in octets.Split((byte)'\n'))
        {
            var attribute = octets[line];
            if (!attribute.StartsWith("action="u8)) continue;
            var action = Encoding.UTF8.GetString(attribute["action=".Length..]);
            return action.Any(char.IsControl) ? PolicyAnswer.Failed("control characters in the answer") : new PolicyAnswer(action, "");
        }
        return PolicyAnswer.Failed("missing attribute action in the answer");
    }
}
