using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Admin;

/// <summary>The JSON of the control socket and of <c>postqueue -j</c>: Postfix's names with underscores, one line per object.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ListedMessage))]
[JsonSerializable(typeof(RelayStatus))]
[JsonSerializable(typeof(ReloadResult))]
[JsonSerializable(typeof(QueuedMessage))]
[JsonSerializable(typeof(SubmissionResult))]
[JsonSerializable(typeof(ExplainedMessage))]
[JsonSerializable(typeof(QueueFilter))]
[JsonSerializable(typeof(ChangeStep))]
[JsonSerializable(typeof(ShapeRequest))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(QueueFreeze))]
[JsonSerializable(typeof(IReadOnlyList<QueueFreeze>))]
[JsonSerializable(typeof(IReadOnlyList<ShapeCell>))]
[JsonSerializable(typeof(IReadOnlyList<DestinationSummary>))]
internal sealed partial class AdminJson : JsonSerializerContext
{
    /// <summary>Writes addresses and reasons as they are; only what JSON itself reserves is escaped.</summary>
    public static readonly AdminJson Readable = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
