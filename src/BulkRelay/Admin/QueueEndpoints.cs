using System.Text.Json;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace BulkRelay.Server.Admin;

/// <summary>
/// Looks into the queue and changes it. <c>GET /queue</c> and <c>POST /queue/list</c> (with a filter) give one JSON object a line, in order of
/// arrival; <c>POST /queue/count</c>; <c>GET /queue/ID</c>, <c>/queue/ID/why</c>, <c>/queue/ID/content</c>; <c>POST /queue/change/WHAT</c> (with a
/// filter) gives a line after each batch; <c>POST /queue/shape</c>, <c>GET /queue/summary</c>.
/// </summary>
internal static class QueueEndpoints
{
    private static readonly AdminJson Json = AdminJson.Readable;

    public static void Map(IEndpointRouteBuilder app, ControlledRelay relay)
    {
        app.MapGet("/queue", (HttpContext http) => ListAsync(http, relay, QueueFilter.All));
        app.MapPost("/queue/list", async (HttpContext http) => await ListAsync(http, relay, await FilterAsync(http)));
        app.MapPost("/queue/count", async (HttpContext http, CancellationToken cancel) =>
            Results.Json(await relay.Relay.Steering.Selection.CountAsync(await FilterAsync(http), cancel), Json.Int64));
        app.MapPost("/queue/change/{change}", (QueueChange change, long? limit, string? program, HttpContext http) =>
            ChangeAsync(change, limit ?? long.MaxValue, relay.LogOf(program ?? "bulkrelay"), http, relay));
        app.MapPost("/queue/shape", (HttpContext http, CancellationToken cancel) => ShapeAsync(http, relay, cancel));
        app.MapGet("/queue/summary", async (CancellationToken cancel) =>
            Results.Json(await relay.Relay.Store.SummarizeAsync(cancel), Json.IReadOnlyListDestinationSummary));
        app.MapGet("/queue/{id}", async (string id, CancellationToken cancel) =>
            await relay.Relay.Store.FindAsync(id, cancel) is { } message ? Results.Json(message, Json.QueuedMessage) : Results.NotFound());
        app.MapGet("/queue/{id}/why", async (string id, CancellationToken cancel) => await relay.Relay.Store.FindAsync(id, cancel) is { } message
            ? Results.Json((await relay.ExplainerAsync()).Explain(message), Json.ExplainedMessage) : Results.NotFound());
        app.MapGet("/queue/{id}/content", (string id, HttpContext http) => ContentAsync(id, http, relay));
    }

    private static async Task<QueueFilter> FilterAsync(HttpContext http) =>
        await http.Request.ReadFromJsonAsync(Json.QueueFilter, http.RequestAborted) ?? QueueFilter.All;

    private static async Task ListAsync(HttpContext http, ControlledRelay relay, QueueFilter filter)
    {
        var context = await relay.ListingAsync();
        http.Response.ContentType = "application/x-ndjson";
        await foreach (var message in relay.Relay.Steering.Selection.ListAsync(filter, http.RequestAborted))
            await http.Response.WriteAsync(JsonSerializer.Serialize(ListedMessage.From(message, context), Json.ListedMessage) + "\n", http.RequestAborted);
    }

    private static async Task ChangeAsync(QueueChange change, long limit, ServiceLog log, HttpContext http, ControlledRelay relay)
    {
        var filter = await FilterAsync(http);
        http.Response.ContentType = "application/x-ndjson";
        var last = new ChangeStep([], IsLast: true);
        try
        {
            await foreach (var changed in relay.Relay.Steering.ChangeAsync(change, filter, limit, log, http.RequestAborted))
                await WriteAsync(new ChangeStep(changed), http);
        }
        catch (QueueStoreException e)
        {
            last = last with { Fault = e.Message };
        }
        await WriteAsync(last, http);
    }

    private static async Task WriteAsync(ChangeStep step, HttpContext http)
    {
        await http.Response.WriteAsync(JsonSerializer.Serialize(step, Json.ChangeStep) + "\n", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private static async Task<IResult> ShapeAsync(HttpContext http, ControlledRelay relay, CancellationToken cancel)
    {
        if (await http.Request.ReadFromJsonAsync(Json.ShapeRequest, cancel) is not { } request) return Results.BadRequest();
        return Results.Json(await relay.Relay.Store.ReadShapeAsync(request.Filter, request.OfSenders, request.Bounds, cancel),
            Json.IReadOnlyListShapeCell);
    }

    private static async Task ContentAsync(string id, HttpContext http, ControlledRelay relay)
    {
        var (store, cancel) = (relay.Relay.Store, http.RequestAborted);
        var message = await store.FindAsync(id, cancel);
        var content = message is null ? null : await store.ReadContentAsync(message.Envelope.Id, cancel);
        if (content is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        http.Response.ContentType = "message/rfc822";
        foreach (var segment in content.Segments) await http.Response.Body.WriteAsync(segment, cancel);
    }
}
