namespace BulkRelay.Server.Applets.Sendmail;

/// <summary>Finds the line that is only a dot, with which a person at a terminal ends a message.</summary>
internal struct DotLine
{
    private State _state;

    private enum State
    {
        LineStart,
        AfterDot,
        AfterDotCr,
        InLine,
        Found,
    }

    /// <summary>True once the line has come.</summary>
    public readonly bool IsFound => _state == State.Found;

    /// <summary>True if the input would end with the line if it ended here.</summary>
    public readonly bool IsPending => _state is State.AfterDot or State.AfterDotCr;

    /// <summary>The octets of the line that have come: they belong to no message.</summary>
    public int DotLength { get; private set; }

    /// <summary>Looks at the next octets. Returns how many there are up to and with the end of the line, or all.</summary>
    public int Scan(ReadOnlySpan<byte> octets)
    {
        for (var i = 0; i < octets.Length; i++)
        {
            Step(octets[i]);
            if (IsFound) return i + 1;
        }
        return octets.Length;
    }

    private void Step(byte octet)
    {
        var next = (_state, octet) switch
        {
            (State.LineStart, (byte)'.') => State.AfterDot,
            (State.AfterDot, (byte)'\r') => State.AfterDotCr,
            (State.AfterDot or State.AfterDotCr, (byte)'\n') => State.Found,
            (_, (byte)'\n') => State.LineStart,
            _ => State.InLine,
        };
        DotLength = next is State.LineStart or State.InLine ? 0 : DotLength + 1;
        _state = next;
    }
}
