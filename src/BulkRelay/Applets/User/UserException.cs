namespace BulkRelay.Server.Applets.User;

/// <summary>Why a user cannot be added, deleted or imported, in words for whoever typed the command. Never holds a password.</summary>
internal sealed class UserException(string message) : Exception(message);
