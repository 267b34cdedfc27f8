namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>A pattern of a table that cannot be used; the message says why. Never leaves the parser of the table.</summary>
internal sealed class PatternException(string message) : Exception(message);
