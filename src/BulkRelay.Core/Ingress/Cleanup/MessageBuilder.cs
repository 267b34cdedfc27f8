using System.Buffers;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>
/// Collects the canonical content of one message as it arrives, within the limits of size and memory, and edits its head at the end.
/// The head and the first 64 KB are in a pooled buffer, which begins small and grows as they come, and are copied into segments of the right
/// size; what follows goes into its final segments at once. Past a limit everything is thrown away and further octets are only counted. Reused for all
/// messages of a session.
/// </summary>
internal sealed class MessageBuilder(ContentMemory memory) : IBufferWriter<byte>
{
    /// <summary>Enough for most messages; little enough that thousands of clients may be slow at once.</summary>
    private const int LeastFirst = 8 * 1024;

    /// <summary>Larger buffers are not kept for others: a pool of them would hold the memory of the largest message for good.</summary>
    private const int LargestPooled = 1024 * 1024;

    private readonly HeaderSection _head = new();
    private readonly List<ReadOnlyMemory<byte>> _full = [];
    private byte[] _first = [];
    private int _firstLength;
    private byte[]? _last;
    private int _lastLength;
    private byte[]? _scratch;
    private long _sizeLimit;
    private long _memoryLimit;
    private long _taken;
    private ContentCharacters? _characters;

    /// <summary>It has the place for the one large message, and <see cref="_taken"/> is nothing of the memory that all share.</summary>
    private bool _isLarge;

    /// <summary>Octets received, canonical, without what cleanup adds.</summary>
    public long Size { get; private set; }

    /// <summary>True once the message was larger than allowed.</summary>
    public bool IsTooBig { get; private set; }

    /// <summary>True once the memory for messages ran out.</summary>
    public bool IsOutOfMemory { get; private set; }

    /// <summary>The line with a character that content may not have, as the log shows it; null while there is none.</summary>
    public string? DisallowedLine { get; private set; }

    /// <summary>What is known of the head.</summary>
    public HeaderSection Head => _head;

    /// <summary>The value of one of <see cref="HeaderPolicy.Noted"/>, empty if there is none.</summary>
    public ReadOnlySpan<byte> Header(int noted) => _head.Value(_first.AsSpan(0, _firstLength), noted);

    /// <summary>The head as it came, for as long as nothing more comes.</summary>
    public ReadOnlySpan<byte> HeadOctets => _first.AsSpan(0, _head.End);

    /// <summary>More changes of the head, in order of their places; those in what is removed anyway come to nothing.</summary>
    public void Edit(IReadOnlyList<HeaderEdit> edits) => _head.Add(edits);

    private bool IsDiscarding => IsTooBig || IsOutOfMemory || DisallowedLine is not null;

    /// <summary>
    /// Begins a message. False if there is no room for it now. What the client announces is not kept free for it: it might announce much
    /// and send little, and others would have to wait for it.
    /// </summary>
    /// <param name="policy">What to do to its head.</param>
    /// <param name="sizeLimit">The largest size; 0 is unlimited but for the memory.</param>
    /// <param name="memoryLimit">The most memory for all messages on their way in.</param>
    /// <param name="declaredSize">What the client announced; 0 if nothing.</param>
    public bool TryBegin(HeaderPolicy policy, long sizeLimit, long memoryLimit, long declaredSize)
    {
        Discard();
        Size = 0;
        IsTooBig = IsOutOfMemory = false;
        DisallowedLine = null;
        _characters = policy.Characters;
        _sizeLimit = sizeLimit == 0 ? memoryLimit : sizeLimit;
        _memoryLimit = memoryLimit;
        if (declaredSize > _sizeLimit || !memory.HasRoom(declaredSize, memoryLimit)) return false;
        if (!memory.TryTake(LeastFirst, memoryLimit)) return false;
        _taken = LeastFirst;
        _first = ArrayPool<byte>.Shared.Rent(LeastFirst);
        _head.Reset(policy);
        return true;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (!IsDiscarding && Room() is { IsEmpty: false } room) return room;
        return _scratch ??= new byte[4096];
    }

    public void Advance(int count)
    {
        Size += count;
        if (!IsTooBig && Size > _sizeLimit)
        {
            IsTooBig = true;
            Discard();
        }
        if (!IsDiscarding && _characters is not null) count = Inspect(_characters, count);
        if (IsDiscarding) return;
        if (_last is not null) _lastLength += count;
        else
        {
            _firstLength += count;
            if (!_head.IsComplete) _head.Read(_first.AsSpan(0, _firstLength));
        }
    }

    /// <summary>Looks at what has come, and takes out what is to be taken out. Returns how much of it stays.</summary>
    private int Inspect(ContentCharacters characters, int count)
    {
        var (buffer, start) = _last is not null ? (_last, _lastLength) : (_first, _firstLength);
        var disallowed = characters.FindRejected(buffer.AsSpan(start, count));
        if (disallowed < 0) return characters.Strip(buffer.AsSpan(start, count));
        DisallowedLine = ContentCharacters.LineAround(buffer.AsSpan(0, start + count), start + disallowed);
        Discard();
        return 0;
    }

    /// <summary>
    /// The finished message: trace header, edited head with the headers to add, body. The room stays taken until <see cref="Discard"/>.
    /// </summary>
    public MessageContent Complete(ReadOnlySpan<byte> trace, ReadOnlySpan<byte> added)
    {
        var emptyLine = _head.NeedsEmptyLine ? "\r\n"u8 : default;
        long total = trace.Length + added.Length + emptyLine.Length + _firstLength;
        foreach (var edit in _head.Edits) total += edit.Inserted.Length - edit.Removed;
        var segments = new List<ReadOnlyMemory<byte>>(1);
        var writer = new SegmentWriter(segments, total);
        writer.Write(trace);
        var at = 0;
        foreach (var edit in _head.Edits)
        {
            writer.Write(_first.AsSpan(at, edit.At - at));
            writer.Write(edit.Inserted);
            at = edit.At + edit.Removed;
        }
        writer.Write(_first.AsSpan(at, _head.End - at));
        writer.Write(added);
        writer.Write(emptyLine);
        writer.Write(_first.AsSpan(_head.End, _firstLength - _head.End));
        segments.AddRange(_full);
        if (_lastLength > 0) segments.Add(_last.AsSpan(0, _lastLength).ToArray());
        return new MessageContent(segments);
    }

    /// <summary>Forgets the message and gives all room back.</summary>
    public void Discard()
    {
        ReturnFirst();
        _first = [];
        _firstLength = _lastLength = 0;
        _last = null;
        _full.Clear();
        if (_full.Capacity > LargestPooled / MessageContent.SegmentSize) _full.Capacity = 0;
        if (_isLarge) memory.ReturnLarge();
        else memory.Return(_taken);
        _isLarge = false;
        _taken = 0;
    }

    private Memory<byte> Room()
    {
        if (_last is not null) return LastRoom();
        if (_head.IsComplete && _firstLength >= MessageContent.SegmentSize) return LastRoom();
        return _firstLength < _first.Length ? _first.AsMemory(_firstLength) : GrowFirst();
    }

    /// <summary>A head stays in one piece, however large it is, so that its lines can be read where they lie.</summary>
    private Memory<byte> GrowFirst()
    {
        var size = 2 * _first.Length;
        if (!TryHold(size)) return default;
        var grown = size <= LargestPooled ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);
        _first.AsSpan(0, _firstLength).CopyTo(grown);
        ReturnFirst();
        _first = grown;
        return _first.AsMemory(_firstLength);
    }

    private void ReturnFirst()
    {
        if (_first.Length is > 0 and <= LargestPooled) ArrayPool<byte>.Shared.Return(_first);
    }

    private Memory<byte> LastRoom()
    {
        if (_last is null || _lastLength == _last.Length)
        {
            if (!TryHold(_first.Length + (_full.Count + 2L) * MessageContent.SegmentSize)) return default;
            if (_last is not null) _full.Add(_last);
            _last = GC.AllocateUninitializedArray<byte>(MessageContent.SegmentSize);
            _lastLength = 0;
        }
        return _last.AsMemory(_lastLength);
    }

    /// <summary>What it had of the common memory is free for others then.</summary>
    private bool TryBecomeLarge(long octets)
    {
        if (!ContentMemory.IsLarge(octets, _memoryLimit) || !memory.TryTakeLarge()) return false;
        memory.Return(_taken);
        return _isLarge = true;
    }

    /// <summary>Makes sure that room for so much is taken; if there is none the message is lost.</summary>
    private bool TryHold(long octets)
    {
        if (octets <= _taken) return true;
        if (_isLarge || TryBecomeLarge(octets)
            || memory.TryTake(octets - _taken, _memoryLimit, ContentMemory.IsLarge(octets, _memoryLimit)))
        {
            _taken = octets;
            return true;
        }
        IsOutOfMemory = true;
        Discard();
        return false;
    }
}
