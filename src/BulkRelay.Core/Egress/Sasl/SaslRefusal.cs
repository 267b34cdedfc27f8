using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>How a server refused a login.</summary>
internal sealed record SaslRefusal(EnhancedStatus Status, string Text);
