using System.Runtime.Versioning;
using BulkRelay.Core.Configuration;

namespace BulkRelay.Tests.Configuration;

[UnsupportedOSPlatform("windows")]
public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bulkrelay-").FullName;

    private string Main => Path.Combine(_folder, "main.cf");

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void The_mode_stays_and_no_temporary_file_is_left()
    {
        File.WriteAllText(Main, "a = 1\n");
        File.SetUnixFileMode(Main, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        AtomicFile.Edit(Main, text => text + "b = 2\n");

        File.ReadAllText(Main).ShouldBe("a = 1\nb = 2\n");
        File.GetUnixFileMode(Main).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Directory.GetFiles(_folder).ShouldBe([Main]);
    }

    [Fact]
    public void A_symbolic_link_stays_a_link_and_its_target_changes()
    {
        var target = Path.Combine(_folder, "target.cf");
        File.WriteAllText(target, "a = 1\n");
        File.CreateSymbolicLink(Main, target);

        AtomicFile.Edit(Main, _ => "a = 2\n");

        File.ResolveLinkTarget(Main, false).ShouldNotBeNull();
        File.ReadAllText(target).ShouldBe("a = 2\n");
    }

    /// <summary>What is written may be secrets, and the name of the temporary file can be guessed.</summary>
    [Fact]
    public void A_link_under_the_temporary_name_is_not_followed()
    {
        var victim = Path.Combine(_folder, "victim");
        File.WriteAllText(victim, "untouched");
        File.WriteAllText(Main, "a = 1\n");
        File.CreateSymbolicLink(Main + AtomicFile.Suffix, victim);

        AtomicFile.Edit(Main, _ => "secret = 2\n");

        File.ReadAllText(victim).ShouldBe("untouched");
        File.ReadAllText(Main).ShouldBe("secret = 2\n");
    }

    /// <summary>Who has a file of the temporary name open must not be able to read on in it.</summary>
    [Fact]
    public void The_temporary_file_is_always_a_new_one_of_ones_own()
    {
        File.WriteAllText(Main, "a = 1\n");
        File.WriteAllText(Main + AtomicFile.Suffix, "");
        using var spy = new FileStream(Main + AtomicFile.Suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        AtomicFile.Edit(Main, _ => "secret = 2\n");

        spy.Length.ShouldBe(0);
        File.ReadAllText(Main).ShouldBe("secret = 2\n");
    }

    [Fact]
    public void Bytes_that_are_no_text_come_back_as_they_were()
    {
        byte[] bytes = [0x23, 0xff, 0xfe, 0xc3, 0xa9, 0x0a];
        File.WriteAllBytes(Main, bytes);

        AtomicFile.Edit(Main, text => text + AtomicFile.ToFileText("ü"));

        File.ReadAllBytes(Main).ShouldBe([.. bytes, 0xc3, 0xbc]);
    }

    [Fact]
    public void A_failed_edit_leaves_the_file_as_it_was()
    {
        File.WriteAllText(Main, "a = 1\n");

        Should.Throw<IOException>(() => AtomicFile.Edit(Main, _ => throw new IOException("no")));

        File.ReadAllText(Main).ShouldBe("a = 1\n");
        Directory.GetFiles(_folder).ShouldBe([Main]);
    }

    [Fact]
    public async Task Editors_at_the_same_time_do_not_undo_each_others_work()
    {
        File.WriteAllText(Main, "");
        var editors = Enumerable.Range(0, 8).Select(i => Task.Run(() => AtomicFile.Edit(Main, text => text + $"p{i} = 1\n")));

        await Task.WhenAll(editors);

        File.ReadAllLines(Main).Order().ShouldBe(Enumerable.Range(0, 8).Select(i => $"p{i} = 1"));
    }
}
