using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// A submission on its way to the relay, through a socket or as a file in the maildrop folder: a line of JSON with the envelope, and behind
/// it the message as it is.
/// </summary>
public static class SubmissionText
{
    /// <summary>The longest envelope in octets: more recipients than fit a command line, and little enough for memory.</summary>
    private const int MaxEnvelope = 4 << 20;

    /// <summary>Why the relay could not read this envelope; null if it can.</summary>
    public static string? Refusal(Submission submission) => Encode(submission).Length <= MaxEnvelope
        ? null : $"5.5.3 too many recipients: the envelope has more than {MaxEnvelope} octets";

    /// <summary>Writes both.</summary>
    public static async Task WriteAsync(Stream target, Submission submission, Stream message, CancellationToken cancel)
    {
        await target.WriteAsync(Encode(submission), cancel);
        await target.WriteAsync("\n"u8.ToArray(), cancel);
        await message.CopyToAsync(target, cancel);
    }

    /// <summary>Reads the envelope and leaves the message to be read. Null if there is no envelope, or no room for it.</summary>
    public static async Task<Submission?> ReadEnvelopeAsync(PipeReader source, EnvelopeRoom room, CancellationToken cancel)
    {
        var seen = 0L;
        while (true)
        {
            var read = await source.ReadAsync(cancel);
            if (read.Buffer.Slice(seen).PositionOf((byte)'\n') is { } end)
            {
                var submission = Parse(read.Buffer.Slice(0, end));
                source.AdvanceTo(read.Buffer.GetPosition(1, end));
                return submission;
            }
            seen = read.Buffer.Length;
            source.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (seen > MaxEnvelope || read.IsCompleted || !room.TryHold(seen)) return null;
        }
    }

    private static byte[] Encode(Submission submission) =>
        JsonSerializer.SerializeToUtf8Bytes(submission, SubmissionJson.Default.Submission);

    private static Submission? Parse(ReadOnlySequence<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            return line.Length > MaxEnvelope ? null : Complete(JsonSerializer.Deserialize(ref reader, SubmissionJson.Default.Submission));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What the program left out is null after reading, whatever the type says.</summary>
    private static Submission? Complete(Submission? read) => read is null || read.Sender is null || read.Recipients?.Contains(null!) != false
        ? null
        : read with { Notify = read.Notify ?? "", Ret = read.Ret ?? "", Envid = read.Envid ?? "", FullName = read.FullName ?? "" };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Submission))]
internal sealed partial class SubmissionJson : JsonSerializerContext;
