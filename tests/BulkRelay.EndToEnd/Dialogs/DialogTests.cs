using System.Text.RegularExpressions;

namespace BulkRelay.EndToEnd.Dialogs;

/// <summary>
/// Every file of <c>dialogs/</c> is a test, named as the file. Those of the attack catalogue (a letter and a number in front) are played
/// in clear, after STARTTLS and in wrapper mode, each by a client that signed in and by one that did not, unless the file says otherwise.
/// </summary>
public sealed partial class DialogTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "dialogs");

    public static TheoryData<string> All => [.. Names];

    public static TheoryData<string, string> Attacks
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in Names.Where(n => Catalogue().IsMatch(n)))
            {
                var excepted = Read(name).All("not").ToHashSet();
                foreach (var way in DialogWay.All.Values.Where(w => w != DialogWay.Plain && !w.Names.Any(excepted.Contains))) data.Add(name, way.ToString());
            }
            return data;
        }
    }

    private static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.smtp").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(All))]
    public Task Dialog_is_held_as_written(string name) => new DialogPlayer(Read(name), DialogWay.Plain).PlayAsync();

    [Theory]
    [MemberData(nameof(Attacks))]
    public Task Attack_fails_on_other_ways_too(string name, string way) => new DialogPlayer(Read(name), DialogWay.All[way]).PlayAsync();

    private static Dialog Read(string name) => Dialog.Read(Path.Combine(Folder, $"{name}.smtp"));

    [GeneratedRegex("^[aemr][0-9]")]
    private static partial Regex Catalogue();
}
