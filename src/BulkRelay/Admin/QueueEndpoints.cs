using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace BulkRelay.Server.Admin;

/// <summary>
/// <c>GET /queue</c> (one JSON object a line, in order of arrival), <c>GET /queue/ID</c>, <c>GET /queue/ID/content</c>,
/// <c>DELETE /queue/ID</c>.
/// </summary>
internal static class QueueEndpoints
{
    public static void Map(IEndpointRouteBuilder app, ControlledRelay relay)
    {
        app.MapGet("/queue", (HttpContext http) => ListAsync(http, relay));
        app.MapGet("/queue/{id}", async (string id, CancellationToken cancel) =>
            await relay.Store.FindAsync(id, cancel) is { } message ? Results.Json(message, AdminJson.Readable.QueuedMessage) : Results.NotFound());
        app.MapGet("/queue/{id}/content", (string id, HttpContext http) => ContentAsync(id, http, relay));
        app.MapDelete("/queue/{id}", async (string id, CancellationToken cancel) =>
            await relay.Delete(id, cancel) ? Results.NoContent() : Results.NotFound());
    }

    private static async Task ListAsync(HttpContext http, ControlledRelay relay)
    {
        var cancel = http.RequestAborted;
        var active = relay.ActiveMessages();
        var suspensions = await relay.Suspensions();
        http.Response.ContentType = "application/x-ndjson";
        await foreach (var message in relay.Store.ListAsync(Core.Queue.Steering.QueueFilter.All, cancel))
        {
            var listed = ListedMessage.From(message, active.Contains(message.Envelope.Id), suspensions);
            await http.Response.WriteAsync(JsonSerializer.Serialize(listed, AdminJson.Readable.ListedMessage) + "\n", cancel);
        }
    }

    private static async Task ContentAsync(string id, HttpContext http, ControlledRelay relay)
    {
        var cancel = http.RequestAborted;
        var message = await relay.Store.FindAsync(id, cancel);
        var content = message is null ? null : await relay.Store.ReadContentAsync(message.Envelope.Id, cancel);
        if (content is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        http.Response.ContentType = "message/rfc822";
        foreach (var segment in content.Segments) await http.Response.Body.WriteAsync(segment, cancel);
    }
}
