using BulkRelay.Server.SampleMail;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>A sample message in a file, for programs that send files; the sink that gets it sees whether it is as it was.</summary>
internal static class SampleFile
{
    private static readonly TempFolder Folder = Make();

    /// <summary>All of it, for <c>curl -T</c>.</summary>
    public static string Whole => Folder.File("whole");

    /// <summary>For <c>swaks --data @</c>, which ends its data with a line end of its own.</summary>
    public static string WithoutLastLineEnd => Folder.File("cut");

    /// <summary>The words that make swaks send it.</summary>
    public static IReadOnlyList<string> ForSwaks => ["--data", "@" + WithoutLastLineEnd];

    private static TempFolder Make()
    {
        var folder = new TempFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        var message = SampleMessage.Create("file", 12_000);
        File.WriteAllBytes(folder.File("whole"), message);
        File.WriteAllBytes(folder.File("cut"), message[..^2]);
        return folder;
    }
}
