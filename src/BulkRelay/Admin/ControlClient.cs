using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Admin;

/// <summary>Asks a running relay over its control socket or its submit socket. Throws <see cref="HttpRequestException"/> when it does not answer.</summary>
internal sealed class ControlClient(HttpClient http) : IQueueAccess
{
    private static readonly AdminJson Json = AdminJson.Readable;

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    public async Task<RelayStatus> StatusAsync(CancellationToken cancel) =>
        (await http.GetFromJsonAsync("/status", AdminJson.Readable.RelayStatus, cancel))!;

    public async Task<ReloadResult> ReloadAsync(CancellationToken cancel)
    {
        using var response = await http.PostAsync("/reload", null, cancel);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(AdminJson.Readable.ReloadResult, cancel))!;
    }

    /// <summary>Writes lines into the mail log, each with a tag and a severity of its own before it.</summary>
    public async Task LogAsync(LogSeverity severity, string tag, IReadOnlyList<string> lines, CancellationToken cancel)
    {
        using var content = new StringContent(string.Join('\n', lines));
        (await PostAsync($"{LogEndpoint.Path}/{severity}?tag={Uri.EscapeDataString(tag)}", content, cancel)).Dispose();
    }

    public async Task LogAsync(string program, string line, CancellationToken cancel)
    {
        using var content = new StringContent(line);
        (await PostAsync($"{LogEndpoint.Path}/{LogSeverity.Info}?program={Uri.EscapeDataString(program)}", content, cancel)).Dispose();
    }

    public bool IsRunning => true;

    public async IAsyncEnumerable<ListedMessage> ListAsync(QueueFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var response = await PostAsync("/queue/list", JsonContent.Create(filter, Json.QueueFilter), cancel);
        await foreach (var message in LinesAsync(response, Json.ListedMessage, cancel)) yield return message;
    }

    public async Task<long> CountAsync(QueueFilter filter, CancellationToken cancel)
    {
        using var response = await PostAsync("/queue/count", JsonContent.Create(filter, Json.QueueFilter), cancel);
        return await response.Content.ReadFromJsonAsync(Json.Int64, cancel);
    }

    public Task<QueuedMessage?> FindAsync(string queueId, CancellationToken cancel) => GetAsync(Message(queueId), Json.QueuedMessage, cancel);

    public Task<ExplainedMessage?> ExplainAsync(string queueId, CancellationToken cancel) =>
        GetAsync($"{Message(queueId)}/why", Json.ExplainedMessage, cancel);

    public async Task<Stream?> ContentAsync(string queueId, CancellationToken cancel)
    {
        var response = await http.GetAsync($"{Message(queueId)}/content", HttpCompletionOption.ResponseHeadersRead, cancel);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await (await CheckedAsync(response, cancel)).Content.ReadAsStreamAsync(cancel);
    }

    public async IAsyncEnumerable<IReadOnlyList<long>> ChangeAsync(
        QueueChange change, QueueFilter filter, long limit, string program, [EnumeratorCancellation] CancellationToken cancel)
    {
        var path = $"/queue/change/{change}?limit={limit}&program={Uri.EscapeDataString(program)}";
        using var response = await PostAsync(path, JsonContent.Create(filter, Json.QueueFilter), cancel);
        await foreach (var step in LinesAsync(response, Json.ChangeStep, cancel))
        {
            if (step.Fault is { } fault) throw new QueueStoreException(fault);
            if (step.IsLast) yield break;
            yield return step.Changed;
        }
        throw new HttpRequestException("the relay ended in the middle of the change: look what is done, and repeat it");
    }

    public async Task<IReadOnlyList<ShapeCell>> ShapeAsync(ShapeRequest request, CancellationToken cancel)
    {
        using var response = await PostAsync("/queue/shape", JsonContent.Create(request, Json.ShapeRequest), cancel);
        return (await response.Content.ReadFromJsonAsync(Json.IReadOnlyListShapeCell, cancel))!;
    }

    public async Task<IReadOnlyList<DestinationSummary>> SummarizeAsync(CancellationToken cancel) =>
        await GetAsync("/queue/summary", Json.IReadOnlyListDestinationSummary, cancel) ?? [];

    public async Task<IReadOnlyList<QueueFreeze>> FreezesAsync(CancellationToken cancel) =>
        await GetAsync("/freezes", Json.IReadOnlyListQueueFreeze, cancel) ?? [];

    public async Task FreezeAsync(QueueFreeze freeze, CancellationToken cancel) =>
        (await PostAsync("/freezes", JsonContent.Create(freeze, Json.QueueFreeze), cancel)).Dispose();

    public async Task<bool> UnfreezeAsync(FreezeScope scope, string name, CancellationToken cancel)
    {
        using var response = await http.DeleteAsync($"/freezes/{scope}?name={Uri.EscapeDataString(name)}", cancel);
        if (response.StatusCode == HttpStatusCode.NotFound) return false;
        await CheckedAsync(response, cancel);
        return true;
    }

    /// <summary>Hands a message over.</summary>
    /// <exception cref="JsonException">The answer is none that a relay gives.</exception>
    public async Task<SubmissionResult> SubmitAsync(Submission submission, Stream message, CancellationToken cancel)
    {
        using var body = new SubmissionContent(submission, message);
        using var request = new HttpRequestMessage(HttpMethod.Post, SubmitSocket.Messages) { Content = body };
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            return await ResultOfAsync(response, cancel);
        }
        finally
        {
            await body.EndedAsync();
        }
    }

    private static async Task<SubmissionResult> ResultOfAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (RefusalIn(response) is { } refusal) return new SubmissionResult("", refusal);
        await CheckedAsync(response, cancel);
        var result = await response.Content.ReadFromJsonAsync(Json.SubmissionResult, cancel);
        var makesSense = result is { QueueId: not null, Refusal: not null } && result.IsQueued != result.Refusal.Length > 0;
        return makesSense ? result! : throw new JsonException("the answer is neither a queue id nor a refusal");
    }

    /// <summary>What a relay that is up will never take (HTTP 4xx, unless it is a matter of time); null for any other answer.</summary>
    private static string? RefusalIn(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => null,
        HttpStatusCode.Forbidden => $"5.7.1 the relay refuses the request: 403 {response.ReasonPhrase}",
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and var status =>
            $"5.5.0 the relay refuses the request: {(int)status} {response.ReasonPhrase}",
        _ => null,
    };

    /// <summary>Says that there is something in the maildrop folder.</summary>
    public async Task PickUpAsync(CancellationToken cancel) => (await http.PostAsync(SubmitSocket.Pickup, null, cancel)).Dispose();

    /// <summary>Null for what is not there.</summary>
    private async Task<T?> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancel) where T : class
    {
        using var response = await http.GetAsync(path, cancel);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        return await (await CheckedAsync(response, cancel)).Content.ReadFromJsonAsync(type, cancel);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, HttpContent content, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        return await CheckedAsync(await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel), cancel);
    }

    private static async Task<HttpResponseMessage> CheckedAsync(HttpResponseMessage response, CancellationToken cancel) =>
        response.StatusCode == HttpStatusCode.ServiceUnavailable
            ? throw new QueueStoreException(await response.Content.ReadAsStringAsync(cancel)) : response.EnsureSuccessStatusCode();

    private static async IAsyncEnumerable<T> LinesAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
        while (await reader.ReadLineAsync(cancel) is { } line) yield return JsonSerializer.Deserialize(line, type)!;
    }

    private static string Message(string queueId) => $"/queue/{Uri.EscapeDataString(queueId)}";
}
