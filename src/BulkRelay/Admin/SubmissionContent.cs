using System.Net;
using BulkRelay.Core.Ingress;

namespace BulkRelay.Server.Admin;

/// <summary>The body of <c>POST /messages</c>: the envelope as a line of JSON, and the message as it comes.</summary>
internal sealed class SubmissionContent(Submission submission, Stream message) : HttpContent
{
    private Task _sending = Task.CompletedTask;

    /// <summary>
    /// Completes when the message is no longer read. A request that was given up may read on until its connection tells it so, and the
    /// message is to be read again from its beginning then.
    /// </summary>
    public async Task EndedAsync() => await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        _sending = SubmissionText.WriteAsync(stream, submission, message, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
