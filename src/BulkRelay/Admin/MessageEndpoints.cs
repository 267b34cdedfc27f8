using BulkRelay.Core.Ingress;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

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
        if (await SubmissionText.ReadEnvelopeAsync(http.Request.BodyReader, cancel) is not { } submission)
            return Results.Text("the first line is no envelope", statusCode: StatusCodes.Status400BadRequest);
        var peer = PeerCredentials.UserIdOf(http.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket);
        var result = await relay.Relay.Submissions.SubmitAsync(submission with { UserId = peer }, http.Request.BodyReader.AsStream(), cancel);
        return Results.Json(result, AdminJson.Readable.SubmissionResult);
    }
}
