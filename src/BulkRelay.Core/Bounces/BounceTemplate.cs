namespace BulkRelay.Core.Bounces;

/// <summary>The words of one kind of report (bounce(5)).</summary>
/// <param name="From">The value of From:; an address without a domain gets the relay's.</param>
/// <param name="Subject">The subject of the report to the sender.</param>
/// <param name="PostmasterSubject">The subject of the copy for the postmaster; empty where there are no copies.</param>
/// <param name="Text">The words, with <c>$name</c>; lines end in LF.</param>
internal sealed record BounceTemplate(string From, string Subject, string PostmasterSubject, string Text)
{
    /// <summary>The default of <see cref="From"/>.</summary>
    public const string DefaultFrom = "Mail Delivery System <MAILER-DAEMON>";

    /// <summary>The value of From: with a complete address.</summary>
    public string FromAt(string origin)
    {
        if (From.Contains('@', StringComparison.Ordinal)) return From;
        var end = From.IndexOf('>', StringComparison.Ordinal);
        if (end < 0) end = From.IndexOf(' ', StringComparison.Ordinal);
        return end < 0 ? $"{From}@{origin}" : From.Insert(end, $"@{origin}");
    }
}
