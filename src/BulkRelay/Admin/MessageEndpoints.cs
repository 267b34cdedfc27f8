using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using BulkRelay.Core.Ingress;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace BulkRelay.Server.Admin;

/// <summary>
/// <c>POST /messages</c>: a message for the queue. The body is a line of JSON with the envelope (<see cref="Submission"/>) and behind it the
/// message as it is. The answer is a <see cref="SubmissionResult"/>.
/// </summary>
internal static class MessageEndpoints
{
    /// <summary>The longest envelope: some ten thousand recipients.</summary>
    private const int MaxEnvelope = 1 << 20;

    public static void Map(IEndpointRouteBuilder app, ControlledRelay relay) =>
        app.MapPost("/messages", (HttpContext http, CancellationToken cancel) => SubmitAsync(http, relay, cancel));

    private static async Task<IResult> SubmitAsync(HttpContext http, ControlledRelay relay, CancellationToken cancel)
    {
        // The message has a limit of its own, message_size_limit: what is longer is not read.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        if (await ReadEnvelopeAsync(http.Request.BodyReader, cancel) is not { } submission)
            return Results.Text("the first line is no envelope", statusCode: StatusCodes.Status400BadRequest);
        var result = await relay.Relay.Submissions.SubmitAsync(submission, http.Request.BodyReader.AsStream(), cancel);
        return Results.Json(result, AdminJson.Readable.SubmissionResult);
    }

    private static async Task<Submission?> ReadEnvelopeAsync(PipeReader body, CancellationToken cancel)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancel);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var submission = Parse(read.Buffer.Slice(0, end));
                body.AdvanceTo(read.Buffer.GetPosition(1, end));
                return submission;
            }
            var isTooLong = read.Buffer.Length > MaxEnvelope;
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (isTooLong || read.IsCompleted) return null;
        }
    }

    private static Submission? Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return line.Length > MaxEnvelope ? null : JsonSerializer.Deserialize(ref reader, AdminJson.Readable.Submission);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
