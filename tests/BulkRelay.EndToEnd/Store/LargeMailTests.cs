using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using BulkRelay.EndToEnd.Faults;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Store;

/// <summary>
/// Mail that is larger than the memory for mail: it finds room, arrives as it was sent, and leaves none of its memory taken.
/// </summary>
public sealed class LargeMailTests : IDisposable
{
    private const int Megabyte = 1_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_message_up_to_the_size_limit_is_taken_arrives_and_gives_its_memory_back(string store)
    {
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{inbox.Port}\nmessage_size_limit = 200000000\n{await StoreOfTest.MainCfAsync(store)}");
        await relay.StartAsync();
        await CurlAsync(relay, 1);
        await inbox.NextAsync();
        var before = ResidentMegabytes(relay);

        foreach (var size in (int[])[150, 100, 100])
        {
            // curl announces the size.
            (await CurlAsync(relay, size * Megabyte)).ShouldContain("< 250 2.0.0 Ok: queued as");
            var wire = (await inbox.NextAsync()).Wire;
            var sent = await File.ReadAllBytesAsync(Mail(size * Megabyte));
            EndsWith(wire, sent).ShouldBeTrue($"{size} MB arrive as they were sent");
        }

        for (var waited = Stopwatch.StartNew(); ResidentMegabytes(relay) is var now && now > before + 150;)
            waited.Elapsed.ShouldBeLessThan(Patience, $"{before} MB before, {now} MB now");
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Of_large_messages_at_once_each_finds_room_in_the_end_and_small_ones_always(string store)
    {
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{inbox.Port}\nmessage_size_limit = 60000000\n"
            + $"smtpd_content_memory_limit = 20000000\n{await StoreOfTest.MainCfAsync(store)}");
        await relay.StartAsync();
        var large = Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            for (var waited = Stopwatch.StartNew(); ;)
            {
                var said = await CurlAsync(relay, 50 * Megabyte);
                if (said.Contains("queued as", StringComparison.Ordinal)) return;
                said.ShouldContain("< 452 4.3.1", customMessage: "that is for now");
                waited.Elapsed.ShouldBeLessThan(Patience);
            }
        }));
        var small = 0;
        for (; !large.IsCompleted; small++) (await CurlAsync(relay, 1000)).ShouldContain("queued as");
        await large;
        for (var n = 0; n < small + 3; n++) (await inbox.NextAsync()).Reply.ShouldBe(250);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_kill_in_the_middle_of_a_large_message_leaves_nothing_behind(string store)
    {
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{inbox.Port}\nmessage_size_limit = 200000000\n{await StoreOfTest.MainCfAsync(store)}");
        await relay.StartAsync();
        using (var client = await Client.ConnectAsync(relay.Port))
        {
            await client.BeginAsync();
            await client.WriteAsync(40 * Megabyte);
            await relay.KillAsync();
        }
        await relay.StartAsync();
        (await relay.CommandAsync("postqueue", "-p")).Succeeded().ShouldBe("Mail queue is empty\n");
        await CurlAsync(relay, 1000);
        (await inbox.NextAsync()).Wire.Length.ShouldBeLessThan(2000);
        inbox.Counters.Messages.ShouldBe(1);
    }

    [Fact]
    public async Task A_large_message_that_the_disk_has_no_room_for_gets_a_452_and_leaves_nothing_behind()
    {
        await using var disk = await LoopDisk.MakeAsync(64);
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{inbox.Port}\nmessage_size_limit = 0\nnotify_classes =",
            queueDirectory: Path.Combine(disk.MountPoint, "queue"));
        await relay.StartAsync();
        for (var round = 0; round < 3; round++)
        {
            using (var client = await Client.ConnectAsync(relay.Port))
            {
                await client.BeginAsync();
                await client.WriteAsync(60 * Megabyte);
                (await client.AskAsync("\r\n.")).ShouldStartWith("452 4.3.1", customMessage: await File.ReadAllTextAsync(relay.LogFile));
            }
            for (var waited = Stopwatch.StartNew(); !(await CurlAsync(relay, 1000)).Contains("queued as", StringComparison.Ordinal);)
                waited.Elapsed.ShouldBeLessThan(Patience, "there is room for small mail again");
            (await inbox.NextAsync()).Wire.Length.ShouldBeLessThan(2000);
        }
        inbox.Counters.Messages.ShouldBe(3);
        (await File.ReadAllTextAsync(relay.LogFile)).ShouldNotContain("until the database is reopened");
        (await relay.StopAsync()).ShouldBe(0);
    }

    public static TheoryData<string> Stores => StoreOfTest.Kinds;

    public void Dispose() => _folder.Dispose();

    /// <summary>A file with a message of about that size, with dots at the start of lines.</summary>
    private string Mail(int size)
    {
        var file = _folder.File($"{size.ToString(CultureInfo.InvariantCulture)}.eml");
        if (File.Exists(file)) return file;
        using var output = new BufferedStream(File.Create(file));
        output.Write("Subject: large\r\nDate: Sat, 21 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@test>\r\nFrom: a@campaign.test\r\n\r\n"u8);
        for (var line = 0; output.Position < size; line++)
            output.Write(Encoding.ASCII.GetBytes($"{(line % 7 == 0 ? ".." : "")}{line.ToString(CultureInfo.InvariantCulture)}{new string('x', 60 + line % 400)}\r\n"));
        return file;
    }

    private async Task<string> CurlAsync(RelayProcess relay, int size) =>
        (await Tool.RunAsync("curl", ["-sv", $"smtp://127.0.0.1:{relay.Port}/client.test",
        "--mail-from", "a@campaign.test", "--mail-rcpt", "b@dest.test", "-T", Mail(size)])).Error;

    /// <summary>The trace header stands before what was sent, and a dot before each that begins a line: curl and the relay have put it there, the file has not.</summary>
    private static bool EndsWith(ReadOnlyMemory<byte> wire, byte[] sent)
    {
        var stuffed = new MemoryStream(sent.Length + sent.Length / 100);
        var isStart = true;
        foreach (var octet in sent)
        {
            if (isStart && octet == '.') stuffed.WriteByte(octet);
            stuffed.WriteByte(octet);
            isStart = octet == '\n';
        }
        return wire.Span.EndsWith(stuffed.GetBuffer().AsSpan(0, (int)stuffed.Length));
    }

    private static long ResidentMegabytes(RelayProcess relay) =>
        long.Parse(File.ReadLines($"/proc/{relay.Pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture) / 1024;

    /// <summary>A client that sends a message piece by piece.</summary>
    private sealed class Client(Socket socket) : IDisposable
    {
        private readonly NetworkStream _stream = new(socket, ownsSocket: true);

        public static async Task<Client> ConnectAsync(int port)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            return new Client(socket);
        }

        public async Task BeginAsync()
        {
            await ReplyAsync();
            (await AskAsync("HELO client.test")).ShouldStartWith("250");
            for (var waited = Stopwatch.StartNew(); await AskAsync("MAIL FROM:<a@campaign.test>") is var reply
                && !reply.StartsWith("250", StringComparison.Ordinal);)
                waited.Elapsed.ShouldBeLessThan(Patience, reply);
            (await AskAsync("RCPT TO:<b@dest.test>")).ShouldStartWith("250");
            (await AskAsync("DATA")).ShouldStartWith("354");
        }

        public async Task WriteAsync(int octets)
        {
            var line = Encoding.ASCII.GetBytes(new string('y', 998) + "\r\n");
            for (var sent = 0; sent < octets; sent += line.Length) await _stream.WriteAsync(line);
        }

        public async Task<string> AskAsync(string command)
        {
            await _stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
            return await ReplyAsync();
        }

        public void Dispose() => _stream.Dispose();

        private async Task<string> ReplyAsync()
        {
            using var limit = new CancellationTokenSource(Patience);
            var reply = new byte[1000];
            return Encoding.ASCII.GetString(reply, 0, await _stream.ReadAsync(reply, limit.Token));
        }
    }
}
