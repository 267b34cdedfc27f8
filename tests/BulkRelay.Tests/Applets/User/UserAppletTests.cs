using BulkRelay.Core.Ingress.Sasl;
using BulkRelay.Server.Applets.User;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Applets.User;

public sealed class UserAppletTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _file;

    public UserAppletTests()
    {
        _folder.Write("main.cf", "myhostname = relay.test\n");
        _folder.Write("master.cf", "");
        _file = _folder.File("sasl_users");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_user_is_added_listed_changed_and_deleted()
    {
        (await RunAsync("first\n", "add", "anna")).ShouldBe((0, "added anna\n", ""));
        File.GetUnixFileMode(_file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await RunAsync("second\n", "add", "Anna")).ShouldBe((0, "changed the password of Anna\n", ""));
        (await RunAsync("third", "add", "bert", "--cram-md5")).ShouldBe((0, "added bert\n", ""));
        (await RunAsync("", "list")).Output.ShouldBe("Anna\tLOGIN PLAIN SCRAM-SHA-256\nbert\tLOGIN PLAIN CRAM-MD5 SCRAM-SHA-256\n");
        Secret("Anna").Matches("second").ShouldBeTrue();
        Secret("bert").Plain.ShouldBe("third");
        File.ReadAllText(_file).ShouldNotContain("second");
        (await RunAsync("", "delete", "ANNA")).ShouldBe((0, "deleted ANNA\n", ""));
        (await RunAsync("", "list")).Output.ShouldStartWith("bert\t");
    }

    [Fact]
    public async Task Comments_order_and_mode_stay()
    {
        File.WriteAllText(_file, "# staff\nanna SCRAM-SHA-256$x\n\n# shops\nshop x");
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await RunAsync("new\n", "add", "anna");
        await RunAsync("new\n", "add", "bert");
        var lines = await File.ReadAllLinesAsync(_file);
        lines.Select(l => l.Split(' ')[0]).ShouldBe(["#", "anna", "", "#", "shop", "bert"]);
        File.GetUnixFileMode(_file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
    }

    [Theory]
    [InlineData("x\n", "an na", "cannot be used")]
    [InlineData("x\n", "an:na", "cannot be used")]
    [InlineData("x\n", "#anna", "cannot be used")]
    [InlineData("", "anna", "the password is empty")]
    [InlineData("a\tb\n", "anna", "control characters")]
    public async Task Names_and_passwords_that_cannot_be_are_refused(string input, string name, string expected)
    {
        var (status, output, error) = await RunAsync(input, "add", name);
        status.ShouldBe(1);
        output.ShouldBe("");
        error.ShouldContain(expected);
        File.Exists(_file).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_is_not_there_cannot_be_deleted()
    {
        (await RunAsync("", "delete", "anna")).Error.ShouldContain("there is no file of users");
        (await RunAsync("", "list")).Error.ShouldContain("`bulkrelay user add NAME` makes it");
        await RunAsync("x\n", "add", "bert");
        (await RunAsync("", "delete", "anna")).ShouldBe((1, "", $"bulkrelay user delete: there is no user 'anna' in {_file}\n"));
    }

    [Fact]
    public async Task Passwords_are_no_arguments()
    {
        (await RunAsync("", "add", "anna", "secret")).Status.ShouldBe(2);
        (await RunAsync("", "invent")).Error.ShouldContain("unknown command 'invent': use one of add, list, delete, import");
    }

    [Fact]
    public async Task Lines_with_passwords_and_hashes_are_imported_and_others_named()
    {
        const string Crypt = "$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/";
        var input = $"""
            # staff
            anna:pass:word
            bert:{Crypt}:19000:0:99999:7:::
            carl:$apr1$abcdefgh$0123456789012345678901
            dora:x:1000:1000:Dora:/home/dora:/bin/sh
            emil@relay.test: userPassword
            fred:!
            nonsense
            """;
        var (status, output, error) = await RunAsync(input, "import");
        status.ShouldBe(1);
        output.ShouldBe("2 users imported, 2 of them new\n");
        error.TrimEnd().Split('\n').Select(l => l.Split(':')[1].Trim()).ShouldBe(["line 4", "line 5", "line 6", "line 7", "line 8"], "in order");
        error.ShouldNotContain("abcdefgh");
        Secret("anna").Matches("pass:word").ShouldBeTrue();
        Secret("bert").Matches("password").ShouldBeTrue();
    }

    [Fact]
    public async Task A_dump_of_sasldb2_is_imported_with_its_realms()
    {
        const string Dump = "VERSION=3\nformat=print\nHEADER=END\n test\\00relay.test\\00userPassword\n pass\\\\word$x\n"
            + " test\\00relay.test\\00cmusaslsecretOTP\n other\n m\\c3\\bcller\\00\\00userPassword\n second\nDATA=END\n";
        (await RunAsync(Dump, "import")).ShouldBe((0, "2 users imported, 2 of them new\n", ""));
        Secret("test@relay.test").Matches("pass\\word$x").ShouldBeTrue();
        Secret("müller").Matches("second").ShouldBeTrue();
    }

    private StoredSecret Secret(string name) =>
        StoredSecret.Parse(UserLines.Read(File.ReadAllText(_file)).Single(u => u.Name == name).Secret, allowsBare: false, out _)!;

    private async Task<(int Status, string Output, string Error)> RunAsync(string input, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var status = await UserApplet.RunAsync(["-c", _folder.Path, .. args], new StringReader(input), output, error);
        return (status, output.ToString(), error.ToString());
    }
}
