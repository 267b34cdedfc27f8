namespace BulkRelay.Core.Bounces;

/// <summary>Who gets a report.</summary>
/// <param name="Sender">The envelope sender of the report: null for one to the sender, the double-bounce address for the postmaster.</param>
/// <param name="Recipient">The address that it goes to.</param>
/// <param name="IsPostmaster">True for a copy: it has no words for the sender.</param>
/// <param name="ReturnsBody">True if the body of the message may be returned, false if only its header is.</param>
/// <param name="Title">What the log calls the report.</param>
internal sealed record Addressee(string Sender, string Recipient, bool IsPostmaster, bool ReturnsBody, string Title);
