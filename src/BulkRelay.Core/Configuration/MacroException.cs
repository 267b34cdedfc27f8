namespace BulkRelay.Core.Configuration;

/// <summary>A bad <c>$name</c> expression. Never leaves <see cref="MacroExpander"/> and <see cref="MacroSyntax"/>: callers get a fault.</summary>
internal sealed class MacroException(string message) : Exception(message);
