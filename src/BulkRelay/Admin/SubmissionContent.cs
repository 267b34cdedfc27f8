using System.Net;
using BulkRelay.Core.Ingress;

namespace BulkRelay.Server.Admin;

/// <summary>The body of <c>POST /messages</c>: the envelope as a line of JSON, and the message as it comes.</summary>
internal sealed class SubmissionContent(Submission submission, Stream message) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SubmissionText.WriteAsync(stream, submission, message, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
