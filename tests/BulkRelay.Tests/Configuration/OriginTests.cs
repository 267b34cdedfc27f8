using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Tests.Configuration;

public sealed class OriginTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_origin_may_stand_in_a_file_as_debian_has_it()
    {
        File.WriteAllText(_file, "mail.example.test\nmore\n");

        ConfigSnapshot.With(("myorigin", _file)).Get(RoutingParameters.MyOrigin).ShouldBe("mail.example.test");
    }

    [Fact]
    public void A_file_that_gives_no_origin_is_an_error()
    {
        File.WriteAllText(_file, "");

        foreach (var (file, what) in new[] { (_file, "is empty"), (_file + ".none", "cannot be read") })
            ConfigLoader.Parse($"\nmyorigin = {file}\n", "", "/etc/bulkrelay", ConfigOverrides.None).Faults
                .ShouldHaveSingleItem().ToString().ShouldStartWith("main.cf:2: error: myorigin: ");
    }
}
