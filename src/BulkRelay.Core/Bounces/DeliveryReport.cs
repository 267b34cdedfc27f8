using System.Globalization;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Bounces;

/// <summary>All that goes into one report (RFC 3464). Written it is ASCII, whatever the message and the answers hold.</summary>
internal sealed record DeliveryReport
{
    /// <summary>The kind of report.</summary>
    public required ReportKind Kind { get; init; }

    /// <summary>The message that it is about.</summary>
    public required MessageEnvelope Message { get; init; }

    /// <summary>The recipients that it is about; at least one.</summary>
    public required IReadOnlyList<RecipientOutcome> Outcomes { get; init; }

    /// <summary>What is sent back of the message.</summary>
    public required ReturnedContent Returned { get; init; }

    /// <summary>Who gets the report.</summary>
    public required Addressee To { get; init; }

    /// <summary>Its words.</summary>
    public required BounceTemplate Template { get; init; }

    /// <summary>The text of the template with everything expanded; empty in a copy for the postmaster.</summary>
    public required string Text { get; init; }

    /// <summary>The queue id of the report itself.</summary>
    public required string QueueId { get; init; }

    /// <summary>When the report is made.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>Until when a message that is late is tried.</summary>
    public required DateTimeOffset RetryUntil { get; init; }

    /// <summary>The name of this relay.</summary>
    public required string Hostname { get; init; }

    /// <summary>The domain of addresses without one.</summary>
    public required string Origin { get; init; }

    /// <summary>The name of the program, for the trace field.</summary>
    public required string MailName { get; init; }

    /// <summary>Between the parts: random, so that no message can be made to hold it.</summary>
    public required string Boundary { get; init; }

    /// <summary>The name of the program as a part of field names.</summary>
    public string Label => string.Concat(MailName.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    public string MessageId => string.Create(CultureInfo.InvariantCulture, $"<{Date.UtcDateTime:yyyyMMddHHmmss}.{QueueId}@{Hostname}>");

    /// <summary>True if the report is written in the types of RFC 6533, whose fields may hold UTF-8, and which may be encoded.</summary>
    public bool IsGlobal => Message.IsSmtpUtf8;
}
