using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace BulkRelay.LoadTests;

/// <summary>
/// <c>bad-neighbours PROGRAM [MESSAGES] [HEALTHY]</c>: what 1,000 healthy destinations still get while one refuses connections, one answers
/// 4xx, one hangs and one hangs up, all with mail of their own. Runs the relay without and with them in turn; fails below nine tenths, and
/// if a message is not as it was sent.
/// </summary>
internal static class BadNeighbours
{
    private const int Rounds = 3;
    private const int Sessions = 20;
    private const double Target = 0.9;

    public static async Task RunAsync(string[] args)
    {
        var program = args[0];
        var messages = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20_000;
        var healthy = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1000;
        await using var sinks = new ManySinks(healthy);
        var folder = Directory.CreateTempSubdirectory("bulkrelay-load-").FullName;
        try
        {
            var relay = Configure(folder, sinks);
            using var process = Process.Start(new ProcessStartInfo(program, ["run", "-c", folder]) { RedirectStandardOutput = true })!;
            try
            {
                await SmtpLoad.AwaitAsync(relay);
                await MeasureAsync(relay, sinks, messages, withBad: false);
                var (alone, among) = (new List<double>(), new List<double>());
                for (var round = 0; round < Rounds; round++)
                {
                    alone.Add(await MeasureAsync(relay, sinks, messages, withBad: false));
                    among.Add(await MeasureAsync(relay, sinks, messages, withBad: true));
                    Console.WriteLine($"round {round + 1}: {alone[^1]:F0} messages/s to {healthy} destinations; {among[^1]:F0} with bad neighbours");
                }
                var ratio = Median(among) / Median(alone);
                Console.WriteLine($"{ratio:F2} of the rate without them");
                sinks.Arrivals.Report();
                if (ratio < Target) throw new InvalidOperationException($"the target is missed: {Target:F2}");
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Messages per second that the healthy destinations get, from the first one sent to the last one taken.</summary>
    private static async Task<double> MeasureAsync(IPEndPoint relay, ManySinks sinks, int messages, bool withBad)
    {
        var recipients = new List<string>();
        for (var n = 0; n < messages; n++)
        {
            recipients.Add($"u@h{n % sinks.Healthy.Count}.test");
            if (withBad && n % 20 == 0) recipients.Add($"u@b{n / 20 % sinks.Bad.Count}.test");
        }
        var started = Stopwatch.GetTimestamp();
        var taken = sinks.Arrivals.TakeAsync(messages);
        await SmtpLoad.SendAsync(relay, recipients, Sessions);
        await taken;
        return messages / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static IPEndPoint Configure(string folder, ManySinks sinks)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var relay = (IPEndPoint)probe.LocalEndpoint;
        File.WriteAllLines(Path.Combine(folder, "transport"), sinks.Healthy.Select((port, n) => $"h{n}.test smtp:[127.0.0.1]:{port}")
            .Concat(sinks.Bad.Select((port, n) => $"b{n}.test smtp:[127.0.0.1]:{port}")));
        File.WriteAllText(Path.Combine(folder, "main.cf"), $"""
            compatibility_level = 3.6
            myhostname = relay.test
            mydestination =
            mynetworks = 127.0.0.0/8
            queue_directory = {folder}/queue
            maillog_file = {folder}/mail.log
            transport_maps = hash:{folder}/transport
            """ + "\n");
        File.WriteAllText(Path.Combine(folder, "master.cf"), $"""
            {relay} inet n - n - - smtpd
            smtp unix - - n - - smtp
            error unix - - n - - error
            retry unix - - n - - error
            """ + "\n");
        return relay;
    }

    private static double Median(List<double> rates) => rates.Order().ElementAt(rates.Count / 2);
}
