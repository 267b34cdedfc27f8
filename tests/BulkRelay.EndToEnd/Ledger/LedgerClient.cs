using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.EndToEnd.Ledger;

/// <summary>
/// Sends messages over many sessions and writes into a ledger what the relay promised for each. Survives every death of the relay:
/// it waits until the relay is up again and goes on.
/// </summary>
internal sealed class LedgerClient(RelayProcess relay, ClientLedger ledger, int seed = 1)
{
    /// <summary>
    /// How long it waits for a reply, or for its own octets to go. A relay that is killed while a connection is being made leaves the
    /// client with one that is open at its end only, on which nothing ever comes.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The octets of the final dot with its line ends.</summary>
    private const int EndOfData = 5;

    private int _number;

    /// <summary>One message in so many is of 1 to 5 MB; null for the few that <see cref="SampleMessage"/> makes by itself.</summary>
    public int? OneLargeIn { get; init; }

    /// <summary>In one message in so many the client hangs up amid the content; null for never.</summary>
    public int? OneBrokenIn { get; init; }

    /// <summary>The most recipients of one message; each message gets a random number up to it.</summary>
    public int MostRecipients { get; init; } = 3;

    /// <summary>Runs until <paramref name="stop"/>, or until <paramref name="messages"/> were tried.</summary>
    public Task RunAsync(int sessions, CancellationToken stop, int messages = int.MaxValue) =>
        Task.WhenAll(Enumerable.Range(0, sessions).Select(s => SessionAsync(new Random(seed * 1000 + s), messages, stop)));

    private async Task SessionAsync(Random random, int messages, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && Volatile.Read(ref _number) < messages)
        {
            try
            {
                await relay.WhenUp.WaitAsync(stop);
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, relay.Port), stop);
                await using var stream = new NetworkStream(socket);
                using var reader = new StreamReader(stream, Encoding.ASCII);
                if (await ReplyAsync(reader) != 220) continue;
                if (await AskAsync(stream, reader, "EHLO client.test") != 250) continue;
                while (!stop.IsCancellationRequested && Interlocked.Increment(ref _number) <= messages)
                    if (!await SendAsync(stream, reader, random)) break;
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The relay died or the run is over; what was promised so far is in the ledger.
            }
        }
    }

    /// <summary>One transaction, and its line in the ledger. False when the session is to be given up.</summary>
    private async Task<bool> SendAsync(NetworkStream stream, StreamReader reader, Random random)
    {
        var id = Guid.NewGuid().ToString("N");
        var content = SampleMessage.Create(id, Draws(random, OneLargeIn) ? random.Next(1 << 20, SampleMessage.LargestBody) : null);
        var accepted = new List<string>();
        var promise = Promise.NotAccepted;
        try
        {
            if (await AskAsync(stream, reader, "MAIL FROM:<sender@campaign.test> BODY=8BITMIME") != 250) return false;
            for (var n = random.Next(MostRecipients); n >= 0; n--)
            {
                var recipient = string.Create(CultureInfo.InvariantCulture, $"user{n}@dest{random.Next(3)}.test");
                if (await AskAsync(stream, reader, $"RCPT TO:<{recipient}>") == 250) accepted.Add(recipient);
            }
            if (await AskAsync(stream, reader, "DATA") != 354) return false;
            var wire = DotStuffing.Add(content);
            if (Draws(random, OneBrokenIn))
            {
                await WriteAsync(stream, wire.AsMemory(0, random.Next(wire.Length - EndOfData)));
                return false;
            }
            await WriteAsync(stream, wire);
            promise = Promise.Unknown;
            var reply = await ReplyAsync(reader);
            promise = reply == 250 ? Promise.Acknowledged : reply > 0 ? Promise.NotAccepted : Promise.Unknown;
            return reply is 250 or 451 or 452;
        }
        finally
        {
            ledger.Write(new ClientLine(id, promise, accepted, Convert.ToHexString(SHA256.HashData(content))));
        }
    }

    private static async Task<int> AskAsync(NetworkStream stream, StreamReader reader, string command)
    {
        await WriteAsync(stream, Encoding.ASCII.GetBytes(command + "\r\n"));
        return await ReplyAsync(reader);
    }

    private static async Task WriteAsync(NetworkStream stream, ReadOnlyMemory<byte> octets)
    {
        using var limit = new CancellationTokenSource(Patience);
        await stream.WriteAsync(octets, limit.Token);
    }

    private static bool Draws(Random random, int? oneIn) => oneIn is { } n && random.Next(n) == 0;

    /// <summary>The code of the next reply; 0 when the connection ends before the reply does.</summary>
    private static async Task<int> ReplyAsync(StreamReader reader)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (await reader.ReadLineAsync(limit.Token) is { } line)
            if (line.Length >= 4 && line[3] == ' ') return int.Parse(line.AsSpan(0, 3), CultureInfo.InvariantCulture);
        return 0;
    }
}
