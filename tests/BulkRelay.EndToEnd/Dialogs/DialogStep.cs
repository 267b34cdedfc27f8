namespace BulkRelay.EndToEnd.Dialogs;

/// <summary>
/// One line of a dialogue: its keyword, the rest, and where it stands. <see cref="Steps"/> are those within a <c>repeat</c>.
/// </summary>
internal sealed record DialogStep(int Line, string Keyword, string Argument, IReadOnlyList<DialogStep> Steps);
