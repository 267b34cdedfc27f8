using System.Text;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// What access rules want done with a message that they do not refuse (access(5)). Collected while the commands of a transaction are
/// checked, and carried out at the end of the message; with <c>smtpd_delay_reject</c> the lists about the client run at each recipient,
/// so that wanting one of these twice does nothing more than once.
/// </summary>
internal sealed class MessageActions
{
    private readonly List<string> _prepended = [];
    private readonly List<string> _bcc = [];

    /// <summary>PREPEND: header lines to put before the message, without line ends, in order.</summary>
    public IReadOnlyList<string> Prepended => _prepended;

    /// <summary>BCC: further recipients.</summary>
    public IReadOnlyList<string> Bcc => _bcc;

    /// <summary>REDIRECT: the one recipient instead of all; null for none.</summary>
    public string? Redirect { get; set; }

    /// <summary>FILTER: where the message goes, <c>transport:nexthop</c>, instead of its route; null for none.</summary>
    public string? Filter { get; set; }

    /// <summary>HOLD: the message waits for the operator.</summary>
    public bool IsHeld { get; set; }

    /// <summary>DISCARD: the message is taken and thrown away.</summary>
    public bool IsDiscarded { get; set; }

    /// <summary>Adds a header line.</summary>
    public void AddHeader(string line)
    {
        if (!_prepended.Contains(line)) _prepended.Add(line);
    }

    /// <summary>Adds a recipient.</summary>
    public void AddBcc(string address)
    {
        if (!_bcc.Contains(address, StringComparer.OrdinalIgnoreCase)) _bcc.Add(address);
    }

    /// <summary>What stands before the content: the headers to prepend, and the trace header.</summary>
    public ReadOnlySpan<byte> Before(ReadOnlySpan<byte> trace) => _prepended.Count == 0 ? trace
        : (byte[])[.. Encoding.UTF8.GetBytes(string.Concat(_prepended.Select(line => $"{line}\r\n"))), .. trace];

    /// <summary>
    /// Who gets the message: the recipients of the transaction, or the one that it is redirected to, and those of BCC, of whom no sender is
    /// told anything (RFC 3461 NOTIFY=NEVER).
    /// </summary>
    public IReadOnlyList<IncomingRecipient> Recipients(IReadOnlyList<IncomingRecipient> accepted)
    {
        if (Redirect is not null) return [accepted[0] with { Address = Redirect }];
        if (_bcc.Count == 0) return accepted;
        var more = _bcc.Where(bcc => !accepted.Any(a => a.Address.Equals(bcc, StringComparison.OrdinalIgnoreCase)));
        return [.. accepted, .. more.Select(bcc => new IncomingRecipient(bcc, Notify: "NEVER"))];
    }

    /// <summary>Begins the next transaction.</summary>
    public void Clear()
    {
        _prepended.Clear();
        _bcc.Clear();
        Redirect = Filter = null;
        IsHeld = IsDiscarded = false;
    }
}
