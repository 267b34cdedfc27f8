using System.Runtime.Versioning;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace BulkRelay.Server.Admin;

/// <summary>What the control socket can ask of the relay besides its store.</summary>
/// <param name="Status">The figures of <c>bulkrelay status</c>.</param>
/// <param name="ActiveMessages">Ids of the messages that a destination has in hand.</param>
/// <param name="Suspensions">Destinations that are left alone for a while, and why.</param>
/// <param name="Delete">Removes a message from memory and store; false if there is none of that name.</param>
/// <param name="Reload">Reads the configuration again.</param>
internal sealed record ControlledRelay(
    IQueueStore Store,
    Func<CancellationToken, Task<RelayStatus>> Status,
    Func<IReadOnlySet<long>> ActiveMessages,
    Func<Task<IReadOnlyDictionary<DestinationKey, string>>> Suspensions,
    Func<string, CancellationToken, ValueTask<bool>> Delete,
    Func<ReloadResult> Reload);

/// <summary>Serves the control socket: one file per group of endpoints.</summary>
[SupportedOSPlatform("linux")]
internal static class ControlServer
{
    /// <summary>Starts to listen. A socket file that a dead relay left is replaced: the lock of the store has told that it is dead.</summary>
    public static async Task<WebApplication> StartAsync(string queueDirectory, ControlledRelay relay)
    {
        var path = ControlSocket.PathIn(queueDirectory);
        File.Delete(path);
        // The other builders read appsettings.json and watch the working folder for changes of it, which costs with every write there.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(path);
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        });
        var app = builder.Build();
        Map(app, relay);
        await app.StartAsync();
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return app;
    }

    private static void Map(IEndpointRouteBuilder app, ControlledRelay relay)
    {
        app.MapGet("/status", async (CancellationToken cancel) => Results.Json(await relay.Status(cancel), AdminJson.Readable.RelayStatus));
        app.MapPost("/reload", () => Results.Json(relay.Reload(), AdminJson.Readable.ReloadResult));
        QueueEndpoints.Map(app, relay);
    }
}
