namespace BulkRelay.Core.Egress;

/// <summary>What became of an attempt to open a session with a server.</summary>
/// <param name="Session">The session; null if there is none.</param>
/// <param name="Trouble">Why there is none; null too if the relay is stopping.</param>
/// <param name="HasTalked">True if there was a connection: the server itself is in the way, not the network or the configuration.</param>
internal readonly record struct OpeningResult(SmtpSession? Session, Trouble? Trouble, bool HasTalked);
