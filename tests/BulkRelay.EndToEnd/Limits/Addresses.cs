using System.Globalization;
using System.Net;
using System.Net.Sockets;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Limits;

/// <summary>Which addresses the relay listens on and connects from.</summary>
public sealed class Addresses
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task R60_a_service_listens_on_inet_interfaces_of_inet_protocols_and_nowhere_else()
    {
        var port = FreePort.Next();
        await using var relay = new RelayProcess("inet_interfaces = 127.0.0.2, 127.0.0.3, [::1]\ninet_protocols = ipv4", services: [$"{port} inet n - n - - smtpd"]);
        await relay.StartAsync();
        (await AnswersAsync("127.0.0.2", port)).ShouldBeTrue();
        (await AnswersAsync("127.0.0.3", port)).ShouldBeTrue();
        (await AnswersAsync("127.0.0.4", port)).ShouldBeFalse();
        (await AnswersAsync("::1", port)).ShouldBeFalse();
    }

    [Fact]
    public async Task R60_deliveries_leave_from_smtp_bind_address()
    {
        using var nextHop = new TcpListener(IPAddress.Loopback, 0);
        nextHop.Start();
        var port = ((IPEndPoint)nextHop.LocalEndpoint).Port;
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{port}\nsmtp_bind_address = 127.0.0.77");
        await relay.StartAsync();
        (await Tool.RunAsync("swaks", ["--server", "127.0.0.1", "--port", relay.Port.ToString(CultureInfo.InvariantCulture), "--from", "a@x.test", "--to", "b@y.test"])).Succeeded();
        using var patience = new CancellationTokenSource(Patience);
        using var delivery = await nextHop.AcceptSocketAsync(patience.Token);
        ((IPEndPoint)delivery.RemoteEndPoint!).Address.ToString().ShouldBe("127.0.0.77");
    }

    private static async Task<bool> AnswersAsync(string address, int port)
    {
        var host = IPAddress.Parse(address);
        using var socket = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(host, port), patience.Token);
            return await socket.ReceiveAsync(new byte[512], patience.Token) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
