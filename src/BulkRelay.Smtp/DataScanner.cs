using System.Buffers;

namespace BulkRelay.Smtp;

/// <summary>
/// Reads the content of DATA or BDAT from octets that arrive in any pieces, finds the end of DATA, and writes the content in canonical
/// form: dots unstuffed, every line ends in CRLF, no other CR or LF. A bare LF ends a line; a CR without LF becomes a blank (Postfix:
/// <c>cleanup_replace_stray_cr_lf = yes</c>). In all modes but <see cref="BareNewline.Allow"/> nothing but CR LF dot CR LF ends the data
/// (RFC 5321 section 4.1.1.4), which is what keeps smuggled envelopes out. NUL is content here and reported by <see cref="HasNul"/>.
/// Cost: one vectorised search and no copy per line; runs of clean lines are written at once.
/// </summary>
public sealed class DataScanner
{
    private static readonly SearchValues<byte> Breaks = SearchValues.Create("\r\n\0"u8);

    private readonly bool _anyDotEnds;
    private readonly bool _isStuffed;
    private Place _place = Place.LineStart;
    private bool _afterCrLf = true;

    /// <param name="mode">What bare line feeds mean.</param>
    /// <param name="isStuffed">True for DATA; false for the chunks of BDAT, which carry no end and no stuffed dots.</param>
    public DataScanner(BareNewline mode, bool isStuffed = true)
    {
        _anyDotEnds = mode == BareNewline.Allow;
        _isStuffed = isStuffed;
    }

    private enum Place
    {
        LineStart,
        Text,
        TextCr,
        Dot,
        DotCr,
        End,
    }

    /// <summary>True once a line ended in LF without CR.</summary>
    public bool HasBareNewline { get; private set; }

    /// <summary>True once there was a NUL.</summary>
    public bool HasNul { get; private set; }

    /// <summary>True once the end of the data was read; nothing may be scanned after that.</summary>
    public bool IsAtEnd => _place == Place.End;

    /// <summary>
    /// Takes the next octets. Returns how many belong to the content: all of them, unless the data ends within. What follows the end is
    /// the next command and is not touched.
    /// </summary>
    public int Scan(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        var at = 0;
        while (at < input.Length && _place != Place.End)
        {
            at = _place switch
            {
                Place.LineStart when _isStuffed && input[at] == '.' => Go(Place.Dot, at + 1),
                Place.LineStart or Place.Text => ScanText(input, at, output),
                Place.TextCr => AfterCr(input, at, output),
                Place.Dot => AfterDot(input, at, output),
                _ => AfterDotCr(input, at, output),
            };
        }
        return at;
    }

    /// <summary>Ends the content of BDAT, whose last line may lack its end.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        if (_place == Place.TextCr) output.Write(" \r\n"u8);
        else if (_place == Place.Text) output.Write("\r\n"u8);
        _place = Place.End;
    }

    private int Go(Place place, int at)
    {
        _place = place;
        return at;
    }

    /// <summary>From anywhere in a line to the next place that is not a clean line; writes what lies between in one piece.</summary>
    private int ScanText(ReadOnlySpan<byte> input, int start, IBufferWriter<byte> output)
    {
        _place = Place.Text;
        for (var at = start; ;)
        {
            var found = input[at..].IndexOfAny(Breaks);
            if (found < 0)
            {
                if (at < input.Length) _place = Place.Text;
                output.Write(input[start..]);
                return input.Length;
            }
            at += found;
            if (input[at] == 0)
            {
                HasNul = true;
                _place = Place.Text;
                at++;
                continue;
            }
            if (input[at] != '\r' || at + 1 == input.Length || input[at + 1] != '\n') return Break(input, start, at, output);
            at += 2;
            _place = Place.LineStart;
            _afterCrLf = true;
            if (_isStuffed && at < input.Length && input[at] == '.')
            {
                output.Write(input[start..at]);
                return Go(Place.Dot, at + 1);
            }
        }
    }

    /// <summary>A CR that is stray or last in the input, or a bare LF.</summary>
    private int Break(ReadOnlySpan<byte> input, int start, int at, IBufferWriter<byte> output)
    {
        output.Write(input[start..at]);
        if (input[at] == '\r') return Go(Place.TextCr, at + 1);
        EndLine(hasCr: false, output);
        return at + 1;
    }

    private int AfterCr(ReadOnlySpan<byte> input, int at, IBufferWriter<byte> output)
    {
        if (input[at] == '\n')
        {
            EndLine(hasCr: true, output);
            return at + 1;
        }
        output.Write(" "u8);
        return Go(Place.Text, at);
    }

    private int AfterDot(ReadOnlySpan<byte> input, int at, IBufferWriter<byte> output)
    {
        if (input[at] == '\r') return Go(Place.DotCr, at + 1);
        if (input[at] != '\n') return Go(Place.Text, at);
        if (_anyDotEnds) return Go(Place.End, at + 1);
        EndLine(hasCr: false, output);
        return at + 1;
    }

    private int AfterDotCr(ReadOnlySpan<byte> input, int at, IBufferWriter<byte> output)
    {
        if (input[at] != '\n')
        {
            output.Write(" "u8);
            return Go(Place.Text, at);
        }
        if (_afterCrLf || _anyDotEnds) return Go(Place.End, at + 1);
        EndLine(hasCr: true, output);
        return at + 1;
    }

    private void EndLine(bool hasCr, IBufferWriter<byte> output)
    {
        output.Write("\r\n"u8);
        _afterCrLf = hasCr;
        HasBareNewline |= !hasCr;
        _place = Place.LineStart;
    }
}
