namespace BulkRelay.EndToEnd.Dialogs;

/// <summary>Every file of <c>dialogs/</c> is a test, named as the file.</summary>
public sealed class DialogTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "dialogs");

    public static TheoryData<string> All =>
        [.. Directory.GetFiles(Folder, "*.smtp").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(All))]
    public Task Dialog_is_held_as_written(string name) => new DialogPlayer(Dialog.Read(Path.Combine(Folder, $"{name}.smtp"))).PlayAsync();
}
