namespace BulkRelay.Smtp;

/// <summary>
/// Finds the addresses in a path, and what stands beside them. It goes from right to left, as the end of an address says how to read what
/// is before it: <c>name &lt;address&gt;</c>, <c>group: address;</c>.
/// </summary>
internal ref struct AddressForms
{
    private readonly ReadOnlySpan<PathToken> _tokens;

    public AddressForms(ReadOnlySpan<PathToken> tokens)
    {
        _tokens = tokens;
        Read();
    }

    /// <summary>How many addresses there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there is more than addresses and brackets.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Where the text of the last address that was found begins.</summary>
    public int Start { get; private set; }

    /// <summary>Where it ends.</summary>
    public int End { get; private set; }

    private void Read()
    {
        var right = _tokens.Length;
        var (isBehindWord, isInGroup) = (false, false);
        for (var at = right - 1; at >= 0; at--)
        {
            switch (_tokens[at].Kind)
            {
                case PathToken.Comment:
                    HasMore = true;
                    continue;
                case PathToken.Word when !isBehindWord:
                    isBehindWord = true;
                    continue;
                case PathToken.Word:
                    // Two words side by side are two addresses.
                    Take(at + 1, right);
                    HasMore = true;
                    right = at + 1;
                    continue;
                case ',' or ';':
                    isInGroup |= _tokens[at].Kind == ';';
                    Take(at + 1, right);
                    HasMore = true;
                    right = at;
                    break;
                case ':' when isInGroup:
                    Take(at + 1, right);
                    isInGroup = false;
                    right = at = BeginOf(at, ",");
                    break;
                case '>':
                    HasMore |= Take(at + 1, right);
                    var open = BeginOf(at, "<");
                    Take(open, at);
                    // The name before the brackets is nobody's address.
                    var name = Math.Max(open - 1, 0);
                    right = at = BeginOf(name, ">;,:");
                    HasMore |= at < name;
                    break;
            }
            isBehindWord = false;
        }
        Take(0, right);
    }

    /// <summary>The place behind the nearest of the characters to the left; 0 if there is none.</summary>
    private readonly int BeginOf(int at, string characters)
    {
        while (at > 0 && !characters.Contains(_tokens[at - 1].Kind)) at--;
        return at;
    }

    /// <summary>Notes an address. False if there is nothing.</summary>
    private bool Take(int start, int end)
    {
        while (start < end && _tokens[start].Kind == PathToken.Comment) start++;
        if (start == end) return false;
        (Start, End) = (_tokens[start].Start, _tokens[end - 1].End);
        Count++;
        return true;
    }
}
