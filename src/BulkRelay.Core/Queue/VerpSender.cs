using BulkRelay.Smtp;

namespace BulkRelay.Core.Queue;

/// <summary>
/// Variable envelope return paths: the recipient's address in the sender's, so that even a report that names nobody tells who failed.
/// </summary>
public static class VerpSender
{
    /// <summary>
    /// The sender of a message as one recipient's mail has it: <c>list@example.org</c> with <c>+=</c> becomes
    /// <c>list+user=example.com@example.org</c>. Mail without VERP keeps its sender.
    /// </summary>
    public static string For(MessageEnvelope message, QueuedRecipient recipient)
    {
        if (message.Verp.Length < 2 || message.Sender.Length == 0) return message.Sender;
        var (sender, to) = (Unquoted(message.Sender), Unquoted(recipient.Address));
        var (senderAt, toAt) = (At(sender), At(to));
        var local = string.Concat(sender.AsSpan(0, senderAt), message.Verp.AsSpan(0, 1), to.AsSpan(0, toAt));
        if (toAt < to.Length - 1) local = string.Concat(local, message.Verp.AsSpan(1, 1), to.AsSpan(toAt + 1));
        // The parser takes quotes away that are not needed.
        var quoted = local.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return EmailAddress.TryParse($"\"{quoted}\"{sender[senderAt..]}", out var address) ? address.Text : message.Sender;
    }

    private static string Unquoted(string address) => EmailAddress.TryParse(address, out var parsed) ? parsed.ToUnquoted() : address;

    private static int At(string address) => address.LastIndexOf('@') is var at and >= 0 ? at : address.Length;
}
