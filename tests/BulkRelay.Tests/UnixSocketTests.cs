using System.Net.Sockets;
using BulkRelay.Core;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests;

/// <summary>The text about a socket that does not answer is that of the system.</summary>
public sealed class UnixSocketTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_socket_that_does_not_exist()
    {
        (await TroubleAsync(_folder.File("none"))).ShouldBe("No such file or directory");
        (await TroubleAsync(_folder.File("no/folder"))).ShouldBe("No such file or directory");
    }

    [Fact]
    public async Task A_socket_that_nobody_listens_at()
    {
        var path = _folder.File("dead");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)) socket.Bind(new UnixDomainSocketEndPoint(path));
        if (!File.Exists(path)) await File.WriteAllTextAsync(path, "");
        (await TroubleAsync(path)).ShouldBe("Connection refused");
    }

    [Fact]
    public async Task A_file_where_a_folder_should_be()
    {
        await File.WriteAllTextAsync(_folder.File("file"), "");
        (await TroubleAsync(_folder.File("file/socket"))).ShouldBe("Not a directory");
    }

    [Fact]
    public async Task Links_that_go_round_in_a_circle()
    {
        File.CreateSymbolicLink(_folder.File("a"), _folder.File("b"));
        File.CreateSymbolicLink(_folder.File("b"), _folder.File("a"));
        (await TroubleAsync(_folder.File("a"))).ShouldBe("Too many levels of symbolic links");
    }

    [Fact]
    public async Task A_path_that_is_too_long_for_a_socket() => (await TroubleAsync($"/{new string('x', 108)}")).ShouldBe("File name too long");

    [Fact]
    public async Task A_socket_that_this_user_may_not_open()
    {
        if (Environment.IsPrivilegedProcess) return; // everything is open to root
        Directory.CreateDirectory(_folder.File("closed"));
        File.SetUnixFileMode(_folder.File("closed"), UnixFileMode.None);
        (await TroubleAsync(_folder.File("closed/socket"))).ShouldBe("Permission denied");
    }

    [Fact]
    public async Task Who_listens_is_reached()
    {
        using var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listening.Bind(new UnixDomainSocketEndPoint(_folder.File("socket")));
        listening.Listen();
        using var socket = await UnixSocket.ConnectAsync(_folder.File("socket"), default);
        socket.Connected.ShouldBeTrue();
    }

    private static async Task<string> TroubleAsync(string path) =>
        (await Should.ThrowAsync<SocketException>(() => UnixSocket.ConnectAsync(path, default))).Message;
}
