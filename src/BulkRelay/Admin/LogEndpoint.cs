using BulkRelay.Core.Observability;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace BulkRelay.Server.Admin;

/// <summary>
/// <c>POST /log/SEVERITY?tag=…</c>: each line of the body is a line of the mail log, behind that tag; with <c>?program=…</c> as one of a
/// program of the relay.
/// </summary>
internal static class LogEndpoint
{
    public const string Path = "/log";

    public static void Map(IEndpointRouteBuilder app, ControlledRelay relay) => app.MapPost(Path + "/{severity}",
        async (LogSeverity severity, string? tag, string? program, HttpContext http, CancellationToken cancel) =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var log = tag is null ? relay.LogOf(program ?? "bulkrelay") : relay.Log.Tagged(tag);
            foreach (var line in (await reader.ReadToEndAsync(cancel)).Split('\n')) log.Write(severity, line);
            return Results.NoContent();
        });
}
