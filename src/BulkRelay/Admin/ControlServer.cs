using System.Runtime.Versioning;
using BulkRelay.Core.Queue.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace BulkRelay.Server.Admin;

/// <summary>Serves the control socket and the submit socket: one file per group of endpoints.</summary>
[SupportedOSPlatform("linux")]
internal static class ControlServer
{
    /// <summary>Starts to listen. A socket file that a dead relay left is replaced: the lock of the store has told that it is dead.</summary>
    public static async Task<WebApplication> StartAsync(string queueDirectory, ControlledRelay relay)
    {
        var path = ControlSocket.PathIn(queueDirectory);
        // A queue in a database server makes no folder.
        relay.Relay.Maildrop.Create();
        File.Delete(path);
        var submit = SubmitSocket.Prepare(queueDirectory);
        var limits = new SubmitLimits();
        // The other builders read appsettings.json and watch the working folder for changes of it, which costs with every write there.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(path);
            kestrel.ListenUnixSocket(submit, listen => listen.Use(next => connection => limits.ServeAsync(connection, next)));
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.MaxRequestBufferSize = 64 * 1024;
            kestrel.Limits.RequestHeadersTimeout = kestrel.Limits.KeepAliveTimeout = SubmitLimits.EnvelopeTime;
        });
        var app = builder.Build();
        app.Use(SubmitSocket.GuardAsync);
        app.Use(AnswerStoreFailureAsync);
        app.UseRouting();
        Map(app, relay);
        await app.StartAsync();
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(submit, SubmitSocket.Mode);
        return app;
    }

    private static void Map(IEndpointRouteBuilder app, ControlledRelay relay)
    {
        app.MapGet("/status", async (CancellationToken cancel) => Results.Json(await relay.Status(cancel), AdminJson.Readable.RelayStatus));
        app.MapPost("/reload", () => Results.Json(relay.Reload(), AdminJson.Readable.ReloadResult));
        QueueEndpoints.Map(app, relay);
        MessageEndpoints.Map(app, relay);
        FreezeEndpoints.Map(app, relay);
        LogEndpoint.Map(app, relay);
    }

    /// <summary>The store says in its own words what it cannot do; what has been sent already cannot be taken back.</summary>
    private static async Task AnswerStoreFailureAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (QueueStoreException e) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await http.Response.WriteAsync(e.Message);
        }
    }
}
