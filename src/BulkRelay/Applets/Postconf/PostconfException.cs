namespace BulkRelay.Server.Applets.Postconf;

/// <summary>The command cannot be carried out; the message is for the user. Ends in <see cref="PostconfApplet"/>.</summary>
internal sealed class PostconfException(string message) : Exception(message);
