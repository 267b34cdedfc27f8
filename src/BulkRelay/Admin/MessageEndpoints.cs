using BulkRelay.Core.Ingress;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace BulkRelay.Server.Admin;

/// <summary>
/// <c>POST /messages</c>: a message for the queue. The body is a <see cref="SubmissionText"/>, the answer a <see cref="SubmissionResult"/>.
/// <c>POST /pickup</c>: there is something in the maildrop folder. These are what the submit socket serves.
/// </summary>
internal static class MessageEndpoints
{
    public static void Map(IEndpointRouteBuilder app, ControlledRelay relay)
    {
        app.MapPost(SubmitSocket.Messages, (HttpContext http, CancellationToken cancel) => SubmitAsync(http, relay, cancel));
        app.MapPost(SubmitSocket.Pickup, relay.Relay.PickUp);
    }

    private static async Task<IResult> SubmitAsync(HttpContext http, ControlledRelay relay, CancellationToken cancel)
    {
        // The message has a limit of its own, message_size_limit: what is longer is not read.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = new MinDataRate(SubmitLimits.LeastRate, SubmitLimits.EnvelopeTime);
        using var room = relay.Relay.Submissions.RoomForEnvelope();
        using var late = new CancellationTokenSource(SubmitLimits.EnvelopeTime);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        Submission? submission;
        try
        {
            submission = await SubmissionText.ReadEnvelopeAsync(http.Request.BodyReader, room, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return Results.StatusCode(StatusCodes.Status408RequestTimeout);
        }
        if (submission is null) return Refusal(room);
        var peer = PeerCredentials.UserIdOf(http.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket);
        var result = await relay.Relay.Submissions.SubmitAsync(submission with { UserId = peer }, http.Request.BodyReader.AsStream(), cancel);
        return Results.Json(result, AdminJson.Readable.SubmissionResult);
    }

    private static IResult Refusal(EnvelopeRoom room) => room.IsShort
        ? Results.Text("too much mail is being received", statusCode: StatusCodes.Status503ServiceUnavailable)
        : Results.Text("the first line is no envelope", statusCode: StatusCodes.Status400BadRequest);
}
