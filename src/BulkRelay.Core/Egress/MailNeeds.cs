using System.Text;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>
/// Whether a server can have a message, judged by what it offers. The look into the content is only taken for servers without
/// 8BITMIME or SMTPUTF8, which are rare.
/// </summary>
internal static class MailNeeds
{
    /// <summary>RFC 1870: a message over the server's limit is not even tried. Null if it may have it.</summary>
    public static Trouble? CheckSize(SmtpSession session, MessageContent content) =>
        session.Server.SizeLimit > 0 && content.Length > session.Server.SizeLimit
            ? Trouble.Local(session.Peer, "5.3.4",
                $"message size {content.Length} exceeds size limit {session.Server.SizeLimit} of server {session.Peer.NameAndAddress}")
            : null;

    /// <summary>
    /// RFC 6531 and RFC 6152: UTF-8 addresses and header lines of mail that asked for SMTPUTF8 go to servers with SMTPUTF8 only, and octets
    /// above 127 that are declared to servers with 8BITMIME only. Local parts beyond ASCII that came without SMTPUTF8 go on so, as with
    /// Postfix. Null if the server may have it; otherwise another host may.
    /// </summary>
    public static Trouble? CheckCharacters(SmtpSession session, DeliveryRequest request, bool sends8BitAnyway)
    {
        var message = request.Entry.Message;
        if (message.IsSmtpUtf8 && !session.Server.Offers(SmtpExtensions.SmtpUtf8)
            && (HasUtf8Address(request.Entry) || !IsHeaderAscii(request.Content)))
            return Trouble.Local(session.Peer, "5.6.7", "message requires SMTPUTF8, but no server was found that supports SMTPUTF8. "
                + $"The last attempted server was {session.Peer.NameAndAddress}");
        if (message.Is8Bit && !session.Takes8Bit && !sends8BitAnyway && !request.Content.Segments.All(s => Ascii.IsValid(s.Span)))
            return Trouble.Local(session.Peer, "5.6.3", "message holds 8-bit content, but no server was found that supports 8BITMIME. "
                + $"The last attempted server was {session.Peer.NameAndAddress}");
        return null;
    }

    private static bool HasUtf8Address(QueueEntry entry)
    {
        if (!Ascii.IsValid(entry.Message.Sender)) return true;
        foreach (var recipient in entry.Recipients)
            if (!Ascii.IsValid(recipient.Address)) return true;
        return false;
    }

    /// <summary>The header ends at the first empty line; in doubt (a header over a segment) more is looked at than need be.</summary>
    private static bool IsHeaderAscii(MessageContent content)
    {
        foreach (var segment in content.Segments)
        {
            var end = segment.Span.IndexOf("\r\n\r\n"u8);
            if (!Ascii.IsValid(end < 0 ? segment.Span : segment.Span[..end])) return false;
            if (end >= 0) return true;
        }
        return true;
    }
}
