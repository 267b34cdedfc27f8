using System.Globalization;
using System.Net.Sockets;
using System.Text;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>
/// The submit socket is open to every user of the machine: none of them may take it, or the relay's memory, from the others.
/// </summary>
public sealed class Submit_socket_limits : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SinkInbox _inbox = new();
    private readonly List<Socket> _sockets = [];
    private RelayProcess _relay = null!;

    public async Task InitializeAsync()
    {
        _relay = new RelayProcess(string.Create(CultureInfo.InvariantCulture, $"relayhost = [127.0.0.1]:{_inbox.Port}"));
        await _relay.StartAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var socket in _sockets) socket.Dispose();
        await _relay.DisposeAsync();
        await _inbox.DisposeAsync();
    }

    [Fact]
    public async Task A_user_has_so_many_connections_and_no_more_and_loses_nothing()
    {
        for (var i = 0; i < 40; i++) await BeginAsync("{\"sender\":\"");
        var ended = _sockets.Select(s => EndedAsync(s)).ToList();
        for (var i = 0; i < 20; i++)
        {
            var first = await Task.WhenAny(ended).WaitAsync(Patience);
            (await first).ShouldBe("", "it is closed at once, not when its time is over");
            ended.Remove(first);
        }
        ended.Count(e => e.IsCompleted).ShouldBe(0, "twenty are served");

        // What he sends meanwhile is kept for the relay; other sockets are not concerned.
        (await SendAsync("meanwhile")).Succeeded();
        (await _relay.CommandAsync("status")).Succeeded();
        foreach (var socket in _sockets) socket.Dispose();
        await PickUpAsync();
        (await SendAsync("afterwards")).Succeeded();
        var subjects = new[] { await NextAsync(), await NextAsync() };
        subjects.ShouldContain(t => t.Contains("\r\nSubject: meanwhile\r\n"));
        subjects.ShouldContain(t => t.Contains("\r\nSubject: afterwards\r\n"));
    }

    /// <summary>A program that sends on and on, but little: what it sends in the time of a command is a few kilobytes at most.</summary>
    [Theory]
    [InlineData("{\"sender\":\"")]
    [InlineData("{\"sender\":\"a@x.test\",\"recipients\":[\"b@y.test\"]}\nSubject: x\n")]
    public async Task A_request_that_goes_on_too_slowly_is_ended_with_408(string beginning)
    {
        using var limit = new CancellationTokenSource(Patience);
        var socket = await BeginAsync(beginning);
        var ended = EndedAsync(socket);
        while (!ended.IsCompleted)
        {
            limit.Token.ThrowIfCancellationRequested();
            await _relay.CommandAsync("status");
            if (!ended.IsCompleted) await TrySendAsync(socket, new string('x', 1000));
        }
        (await ended).ShouldStartWith("HTTP/1.1 408 ");
        _inbox.Counters.Messages.ShouldBe(0);
    }

    /// <summary>Has the relay look into the maildrop folder, as soon as it serves connections again.</summary>
    private async Task PickUpAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            var socket = await RequestAsync("POST /pickup HTTP/1.1\r\nHost: relay\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            if ((await EndedAsync(socket).WaitAsync(Patience)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)) return;
        }
    }

    /// <summary>Opens a request and sends the beginning of its body.</summary>
    private Task<Socket> BeginAsync(string body) =>
        RequestAsync($"POST /messages HTTP/1.1\r\nHost: relay\r\nContent-Length: 1000000\r\n\r\n{body}");

    private async Task<Socket> RequestAsync(string text)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _sockets.Add(socket);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_relay.QueueDirectory, "public", "submit")));
        await TrySendAsync(socket, text);
        return socket;
    }

    private static async Task TrySendAsync(Socket socket, string text)
    {
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(text));
        }
        catch (SocketException)
        {
            // It was closed meanwhile.
        }
    }

    /// <summary>What the relay says until it closes the connection.</summary>
    private static async Task<string> EndedAsync(Socket socket)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer)) > 0) text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
        catch (SocketException)
        {
            // Closed with what was sent unread.
        }
        return text.ToString();
    }

    private Task<ToolResult> SendAsync(string subject) =>
        Tool.RunAsync(_relay.Program, ["sendmail", "-C", _relay.ConfigDirectory, "a@y.test"], $"Subject: {subject}\n\n");

    private async Task<string> NextAsync() => Encoding.UTF8.GetString((await _inbox.NextAsync()).Content());
}
