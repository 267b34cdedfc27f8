using System.Buffers.Text;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>What a client answers while it signs in.</summary>
internal enum AuthAnswer
{
    /// <summary>A message.</summary>
    Message,

    /// <summary>It gives up: <c>*</c>.</summary>
    Cancelled,

    /// <summary>It is no base64.</summary>
    BadBase64,

    /// <summary>It is longer than allowed, and gone.</summary>
    TooLong,

    /// <summary>None comes: the client is gone or silent.</summary>
    None,
}

/// <summary>Reads the lines of a client that signs in (RFC 4954 section 4): base64, and nothing of it goes into a transcript.</summary>
internal static class AuthReader
{
    /// <summary>Reads the next line.</summary>
    public static async ValueTask<(AuthAnswer Answer, byte[] Message)> ReadAsync(SmtpSession session, int limit)
    {
        while (true)
        {
            switch (session.Link.Input.TryReadLine(limit, out var line, out _))
            {
                case LineRead.NeedMore when !await session.Link.FillAsync(isIdle: false):
                    return (AuthAnswer.None, []);
                case LineRead.NeedMore:
                    break;
                case LineRead.Line:
                    session.Transcript?.AddCommand("(hidden)"u8);
                    return Decode(line);
                case LineRead.Endless:
                    session.CloseAfterReply();
                    return (AuthAnswer.TooLong, []);
                default:
                    return (AuthAnswer.TooLong, []);
            }
        }
    }

    /// <summary>Decodes strictly: alphabet, padding, nothing else.</summary>
    public static (AuthAnswer Answer, byte[] Message) Decode(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("*"u8)) return (AuthAnswer.Cancelled, []);
        if (line.ContainsAny(" \t\r\n"u8) || !Base64.IsValid(line, out var length)) return (AuthAnswer.BadBase64, []);
        var message = new byte[length];
        Base64.DecodeFromUtf8(line, message, out _, out _);
        return (AuthAnswer.Message, message);
    }
}
