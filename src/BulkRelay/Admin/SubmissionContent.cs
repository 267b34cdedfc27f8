using System.Net;
using System.Text.Json;
using BulkRelay.Core.Ingress;

namespace BulkRelay.Server.Admin;

/// <summary>The body of <c>POST /messages</c>: the envelope as a line of JSON, and the message as it comes.</summary>
internal sealed class SubmissionContent(Submission submission, Stream message) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(submission, AdminJson.Readable.Submission));
        await stream.WriteAsync("\n"u8.ToArray());
        await message.CopyToAsync(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
