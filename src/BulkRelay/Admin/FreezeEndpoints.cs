using BulkRelay.Core.Queue.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace BulkRelay.Server.Admin;

/// <summary><c>GET /freezes</c>, <c>POST /freezes</c> (begins or changes one), <c>DELETE /freezes/SCOPE?name=…</c>.</summary>
internal static class FreezeEndpoints
{
    public static void Map(IEndpointRouteBuilder app, ControlledRelay relay)
    {
        app.MapGet("/freezes", () => Results.Json(relay.Relay.Freezes.All, AdminJson.Readable.IReadOnlyListQueueFreeze));
        app.MapPost("/freezes", async (HttpContext http, CancellationToken cancel) =>
        {
            if (await http.Request.ReadFromJsonAsync(AdminJson.Readable.QueueFreeze, cancel) is not { } freeze) return Results.BadRequest();
            await relay.Relay.Steering.FreezeAsync(freeze, cancel);
            return Results.NoContent();
        });
        app.MapDelete("/freezes/{scope}", async (FreezeScope scope, string? name, CancellationToken cancel) =>
            await relay.Relay.Steering.UnfreezeAsync(scope, name ?? "", cancel) ? Results.NoContent() : Results.NotFound());
    }
}
