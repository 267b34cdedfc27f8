using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace BulkRelay.Tests.TestKit;

/// <summary>An OAuth 2 server on loopback: a token endpoint that a test steers, and the tokens that are good at the moment.</summary>
public sealed class TokenEndpoint : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, bool> _good = new();
    private int _issued;

    private TokenEndpoint(WebApplication server) => _server = server;

    /// <summary>Where tokens are asked for.</summary>
    public string Url => Root + "/token";

    /// <summary>Where a mail server asks whether a token, which it adds to this, is good and whose it is.</summary>
    public string TokenInfoUrl => Root + "/tokeninfo?access_token=";

    /// <summary>Whose tokens these are.</summary>
    public const string User = "relay@mail.test";

    /// <summary>The forms that were sent, with the Authorization header as <c>authorization</c>.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Requests { get; } = new();

    /// <summary>What the answer says of the token's life, as it stands in the JSON.</summary>
    public string ExpiresIn { get; set; } = "3600";

    /// <summary>What stands in the JSON beyond that: <c>,"refresh_token":"next"</c>.</summary>
    public string Extra { get; set; } = "";

    /// <summary>An answer in place of a token: status and body. Null to give tokens.</summary>
    public Func<(int Status, string Body)?> Refuse { get; set; } = () => null;

    /// <summary>What a request waits for before it is answered.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public static async Task<TokenEndpoint> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        var endpoint = new TokenEndpoint(server);
        server.Run(endpoint.AnswerAsync);
        await server.StartAsync();
        return endpoint;
    }

    /// <summary>Whether a mail server should take this token now.</summary>
    public bool IsGood(string token) => _good.ContainsKey(token);

    /// <summary>Ends the life of all tokens given so far.</summary>
    public void RevokeAll() => _good.Clear();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private string Root => _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private async Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path == "/tokeninfo")
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(IsGood(http.Request.Query["access_token"].ToString())
                ? $$"""{"user":"{{User}}","active":"true"}""" : """{"active":"false"}""");
            return;
        }
        var form = await http.Request.ReadFormAsync();
        var request = form.ToDictionary(f => f.Key, f => f.Value.ToString());
        request["authorization"] = http.Request.Headers.Authorization.ToString();
        Requests.Enqueue(request);
        await Gate;
        http.Response.ContentType = "application/json";
        if (Refuse() is { } refusal)
        {
            http.Response.StatusCode = refusal.Status;
            await http.Response.WriteAsync(refusal.Body);
            return;
        }
        var token = $"token-{Interlocked.Increment(ref _issued)}";
        _good[token] = true;
        await http.Response.WriteAsync($$"""{"token_type":"Bearer","access_token":"{{token}}","expires_in":{{ExpiresIn}}{{Extra}}}""");
    }
}
