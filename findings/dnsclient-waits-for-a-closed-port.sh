#!/usr/bin/env bash
# What one expects: of two name servers the first is down. Its host says so at once (ICMP port unreachable), and a resolver goes on to the second at
# once: glibc does, because its UDP sockets are connected and the kernel tells it (ECONNREFUSED).
#
# What happens: the client waits for its whole time-out before it asks the second server. Every look-up of a relay that has one dead server on its
# list takes so much longer, as long as that server stays first.
#
# Seen with: DnsClient 1.8.0 on Linux.
# Source: src/DnsClient/DnsUdpMessageHandler.cs (SendTo and ReceiveFrom on a socket that is not connected).
#
# Needs: a .NET 10 SDK (see private-dotnet); two ports on loopback. Ends with 0 if it behaves as described, with 1 if that has changed.
set -eu
packages='DnsClient=1.8.0'
# shellcheck source=findings/private-dotnet
. "$(dirname "$(readlink -f "$0")")/private-dotnet"

program <<'CS' | tee seen
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DnsClient;

using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
IPEndPoint closed;
using (var passing = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0))) closed = (IPEndPoint)passing.Client.LocalEndPoint!;
_ = ServeAsync();

// What the kernel tells who asks a closed port from a connected socket.
using (var connected = new UdpClient())
{
    connected.Connect(closed);
    var told = Stopwatch.StartNew();
    connected.Send([0]);
    try { var from = new IPEndPoint(IPAddress.Any, 0); connected.Receive(ref from); }
    catch (SocketException e) { Console.WriteLine($"connected socket: {e.SocketErrorCode} after {(told.ElapsedMilliseconds < 500 ? "no time" : "a while")}"); }
}

var client = new LookupClient(new LookupClientOptions(closed, (IPEndPoint)server.Client.LocalEndPoint!)
    { Timeout = TimeSpan.FromSeconds(3), Retries = 0, UseCache = false, UseRandomNameServer = false });
var asked = Stopwatch.StartNew();
var answer = await client.QueryAsync("host.example", QueryType.A);
Console.WriteLine($"DnsClient: {answer.Answers.Count} address after {(asked.Elapsed.TotalSeconds > 2.9 ? "the time-out of 3 s" : $"{asked.ElapsedMilliseconds} ms")}");

async Task ServeAsync()
{
    while (true)
    {
        var query = await server.ReceiveAsync();
        // The question as it came, one address for it: 192.0.2.1.
        byte[] reply = [.. query.Buffer[..2], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, .. query.Buffer[12..30], 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1];
        await server.SendAsync(reply, query.RemoteEndPoint);
    }
}
CS
grep -qx 'connected socket: ConnectionRefused after no time' seen && grep -qx 'DnsClient: 1 address after the time-out of 3 s' seen
