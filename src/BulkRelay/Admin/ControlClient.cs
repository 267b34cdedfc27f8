using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Admin;

/// <summary>Asks a running relay over its control socket. Throws <see cref="HttpRequestException"/> when it does not answer.</summary>
internal sealed class ControlClient(HttpClient http) : IQueueAccess
{
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

    public async IAsyncEnumerable<ListedMessage> ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var stream = await http.GetStreamAsync("/queue", cancel);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(cancel) is { } line)
            yield return JsonSerializer.Deserialize(line, AdminJson.Readable.ListedMessage)!;
    }

    public async Task<QueuedMessage?> FindAsync(string queueId, CancellationToken cancel)
    {
        using var response = await http.GetAsync(Message(queueId), cancel);
        return response.StatusCode == HttpStatusCode.NotFound ? null
            : await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(AdminJson.Readable.QueuedMessage, cancel);
    }

    public async Task<Stream?> ContentAsync(string queueId, CancellationToken cancel)
    {
        var response = await http.GetAsync($"{Message(queueId)}/content", HttpCompletionOption.ResponseHeadersRead, cancel);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancel);
    }

    public async Task<bool> DeleteAsync(string queueId, CancellationToken cancel)
    {
        using var response = await http.DeleteAsync(Message(queueId), cancel);
        if (response.StatusCode == HttpStatusCode.NotFound) return false;
        response.EnsureSuccessStatusCode();
        return true;
    }

    private static string Message(string queueId) => $"/queue/{Uri.EscapeDataString(queueId)}";
}
