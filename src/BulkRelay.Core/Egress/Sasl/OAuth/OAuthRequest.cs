using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Egress.Sasl.OAuth;

/// <summary>
/// One request to a token endpoint: by client credentials (RFC 6749 section 4.4) or by refresh token (section 6). Redirects are not followed,
/// and the answer is bounded: <see cref="OAuthTokens"/> sets the HTTP client up so.
/// </summary>
internal sealed class OAuthRequest(HttpClient http, OAuthClient client, string clientSecret, string refreshToken, TimeProvider time)
{
    /// <summary>RFC 6749 only recommends that the server says how long the token lasts.</summary>
    private static readonly TimeSpan UnsaidLifetime = TimeSpan.FromMinutes(10);

    private const int MostTextLength = 300;
    private const int MostTokenLength = 16 * 1024;

    /// <summary>Asks. A refusal is an answer.</summary>
    /// <exception cref="HttpRequestException">The endpoint was not reached, or what it said is no HTTP.</exception>
    public async ValueTask<OAuthAnswer> SendAsync(CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, client.Endpoint) { Content = new FormUrlEncodedContent(Form()) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (client.UsesBasic) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", BasicCredentials());
        var askedAt = time.GetTimestamp();
        using var response = await http.SendAsync(request, cancel);
        var body = await response.Content.ReadAsByteArrayAsync(cancel);
        if (!response.IsSuccessStatusCode) return Refusal(response.StatusCode, body);
        try
        {
            using var json = JsonDocument.Parse(body);
            return Read(json.RootElement, askedAt);
        }
        catch (JsonException)
        {
            return OAuthAnswer.Refused("the answer is not JSON", isTransient: false);
        }
    }

    private IEnumerable<KeyValuePair<string, string>> Form()
    {
        yield return new("grant_type", refreshToken.Length > 0 ? "refresh_token" : "client_credentials");
        if (refreshToken.Length > 0) yield return new("refresh_token", refreshToken);
        if (client.RequestedScope.Length > 0) yield return new("scope", client.RequestedScope);
        if (client.UsesBasic) yield break;
        yield return new("client_id", client.ClientId);
        if (clientSecret.Length > 0) yield return new("client_secret", clientSecret);
    }

    /// <summary>RFC 6749 section 2.3.1: both parts are form-encoded first.</summary>
    private string BasicCredentials() =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes($"{WebUtility.UrlEncode(client.ClientId)}:{WebUtility.UrlEncode(clientSecret)}"));

    private static OAuthAnswer Read(JsonElement answer, long askedAt)
    {
        if (Text(answer, "access_token") is not { Length: > 0 and <= MostTokenLength } value || value.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return OAuthAnswer.Refused("the answer has no usable access_token", isTransient: false);
        if (Text(answer, "token_type") is { } type && !type.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return OAuthAnswer.Refused("the token is not of type Bearer", isTransient: false);
        var token = new OAuthToken(value, askedAt, Lifetime(answer));
        return new OAuthAnswer(token, Text(answer, "refresh_token") is { Length: > 0 and <= MostTokenLength } next ? next : null, null, IsTransient: false);
    }

    /// <summary>Some servers write the number as a text.</summary>
    private static TimeSpan Lifetime(JsonElement answer)
    {
        if (!answer.TryGetProperty("expires_in", out var value)) return UnsaidLifetime;
        var isNumber = double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds);
        return isNumber ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.SecondsPerDay * 365.0)) : UnsaidLifetime;
    }

    /// <summary>The error of RFC 6749 section 5.2, as far as the answer has one.</summary>
    private OAuthAnswer Refusal(HttpStatusCode status, byte[] body)
    {
        var isTransient = status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;
        var why = "";
        try
        {
            using var json = JsonDocument.Parse(body);
            why = $"{Text(json.RootElement, "error")} {Text(json.RootElement, "error_description")}".Trim();
        }
        catch (JsonException)
        {
            // A page for people, from a proxy say: the status has to do.
        }
        return OAuthAnswer.Refused(string.Create(CultureInfo.InvariantCulture, $"HTTP status {(int)status}{(why.Length > 0 ? ": " : "")}{Clean(why)}"), isTransient);
    }

    /// <summary>Fit for a log, without what the endpoint may have repeated of the secrets.</summary>
    private string Clean(string text)
    {
        var mask = new SecretMask();
        mask.Add(clientSecret);
        mask.Add(refreshToken);
        text = mask.Apply(text);
        return Encoding.UTF8.GetString(LogText.MakePrintable(Encoding.UTF8.GetBytes(text.Length <= MostTextLength ? text : text[..MostTextLength])));
    }

    private static string? Text(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
