using System.Globalization;
using System.Net;
using System.Text;
using BulkRelay.EndToEnd.Dialogs;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Comparison;

/// <summary>A Postfix and a relay with the same <c>main.cf</c>, and in <c>master.cf</c> one service for each dialogue with its settings.</summary>
public sealed class SideBySideServers : IAsyncLifetime
{
    /// <summary>Routes that are failures.</summary>
    private const string Routes = "{ {gone.hosted.test=error:5.1.6 moved away} {plain.hosted.test=error:plain text} {empty.hosted.test=error:} "
        + "{soft.hosted.test=error:4.2.2 odd} {later.hosted.test=retry:4.2.9 come back} {hard.hosted.test=retry:5.2.2 odd} "
        + "{empty.later.hosted.test=retry:} {noone@mine.test=error:nobody} }";

    private static readonly IPAddress First = IPAddress.Parse("127.0.0.200");

    private readonly TempFolder _folder = new();
    private readonly SinkInbox[] _sinks = [new(), new()];
    private readonly SinkInbox[] _filters = [new(), new()];
    private PostfixProcess? _postfix;
    private RelayProcess? _relay;

    internal static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "sidebyside");

    /// <summary>The names of all dialogues.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Folder, "*.talk").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];

    internal IReadOnlyList<Difference> Differences { get; } = Difference.Read(Path.Combine(Folder, "DIFFERENCES.md"), Difference.Dialogue);

    internal Side Postfix { get; private set; } = null!;

    internal Side Relay { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        try
        {
            await StartAsync();
        }
        catch
        {
            // Nobody else ends what has been started already.
            await DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        if (_postfix is not null) await _postfix.DisposeAsync();
        if (_relay is not null) await _relay.DisposeAsync();
        foreach (var sink in _sinks.Concat(_filters)) await sink.DisposeAsync();
        _folder.Dispose();
        ShouldBeTold(_sinks, "a next hop");
        ShouldBeTold(_filters, "a filter");
    }

    /// <summary>What came of the dialogues stands in them: mail that none has told is a delivery too many.</summary>
    private static void ShouldBeTold(SinkInbox[] inboxes, string what)
    {
        foreach (var (inbox, server) in inboxes.Zip(["Postfix", "BulkRelay"]))
            inbox.Left().ShouldBeEmpty($"messages of {server} at {what} for which no dialogue has a `delivers`");
    }

    private async Task StartAsync()
    {
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)Convert.ToInt32("755", 8));
        Postfix = await PrepareAsync(0);
        Relay = await PrepareAsync(1);
        _postfix = await PostfixProcess.StartAsync(_sinks[0].Port, MainCf(0), Postfix.Services(hasCleanup: true));
        _relay = new RelayProcess(MainCf(1), services: Relay.Services(hasCleanup: false));
        await _relay.StartAsync();
        Postfix.Log = new DecisionLog(_postfix.LogFile);
        Relay.Log = new DecisionLog(_relay.LogFile);
        await BeginAsync(Postfix);
        await BeginAsync(Relay);
    }

    /// <summary>Whatever stands in the log before a first dialogue does not count: whether the server is up was found out by connections.</summary>
    private static async Task BeginAsync(Side side)
    {
        using (var client = new DialogClient(First, new IPEndPoint(IPAddress.Loopback, side.Talks.First().Value.Port))) await client.ReadLineAsync();
        await side.Log.NextAsync(First.ToString());
    }

    /// <summary>What both servers are configured with; what the dialogues set comes on top.</summary>
    private string MainCf(int side) => string.Create(CultureInfo.InvariantCulture, $"""
        myhostname = relay.test
        myorigin = relay.test
        smtpd_banner = $myhostname ESMTP
        mydestination = mine.test
        local_transport = smtp:[127.0.0.1]:{_sinks[side].Port}
        relay_domains = hosted.test, .parent.test
        transport_maps = inline:{Routes}
        mynetworks = 127.0.0.9/32
        relayhost = [127.0.0.1]:{_sinks[side].Port}
        recipient_delimiter = +
        smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
        smtpd_error_sleep_time = 0
        notify_classes =
        smtpd_forbid_unauth_pipelining = no
        smtpd_forbid_bare_newline = no
        smtpd_peername_lookup = no
        """);

    private async Task<Side> PrepareAsync(int number)
    {
        var folder = _folder.File(number == 0 ? "postfix" : "relay");
        Directory.CreateDirectory(folder);
        var side = new Side(_sinks[number], _filters[number]);
        foreach (var name in Names)
        {
            var tables = Path.Combine(folder, name);
            var talk = Talk.Read(Path.Combine(Folder, $"{name}.talk"), line => line
                .Replace("{dir}", tables, StringComparison.Ordinal)
                .Replace("{filter}", $"[127.0.0.1]:{_filters[number].Port}", StringComparison.Ordinal));
            side.Talks.Add(name, (talk, FreePort.Next()));
            await WriteTablesAsync(talk, tables);
        }
        return side;
    }

    /// <summary>Both servers read the same texts; Postfix needs an index of those that are asked by <c>hash:</c>.</summary>
    private static async Task WriteTablesAsync(Talk talk, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, lines) in talk.Tables) await File.WriteAllLinesAsync(Path.Combine(folder, name), lines);
        var indexed = talk.Tables.Keys.Where(name => talk.Settings.Exists(s => s.Value.Contains($"hash:{folder}/{name}", StringComparison.Ordinal)
            && !s.Value.Contains($"texthash:{folder}/{name}", StringComparison.Ordinal))).ToList();
        if (indexed.Count > 0) (await Tool.RunAsync("postmap", indexed.Select(name => $"hash:{folder}/{name}"))).Succeeded();
    }

    /// <summary>One of the two servers.</summary>
    internal sealed class Side(SinkInbox sink, SinkInbox filter)
    {
        /// <summary>The dialogues with the port of the service for each.</summary>
        public SortedDictionary<string, (Talk Talk, int Port)> Talks { get; } = new(StringComparer.Ordinal);

        public DecisionLog Log { get; set; } = null!;

        /// <summary>What the server said, without what only this run knows.</summary>
        public string Neutral(string said) => said.Replace($"[127.0.0.1]:{filter.Port}", "{filter}", StringComparison.Ordinal);

        /// <summary>The services for <c>master.cf</c>: one for each dialogue.</summary>
        /// <param name="hasCleanup">Whether cleanup is a program of its own.</param>
        public IEnumerable<string> Services(bool hasCleanup) =>
            Talks.SelectMany(t => hasCleanup && t.Value.Talk.CleanupSettings.Count > 0
                ? [Smtpd(t.Value, [("cleanup_service_name", t.Key)]), $"{t.Key} unix n - n - 0 cleanup{Options(t.Value.Talk.CleanupSettings)}"]
                : new[] { Smtpd(t.Value, t.Value.Talk.CleanupSettings) });

        private static string Smtpd((Talk Talk, int Port) talk, IEnumerable<(string Name, string Value)> more) =>
            string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{talk.Port} inet n - n - - smtpd{Options(talk.Talk.Settings.Concat(more))}");

        private static string Options(IEnumerable<(string Name, string Value)> settings) =>
            string.Concat(settings.Select(s => $" -o {{ {s.Name} = {s.Value} }}"));

        /// <summary>
        /// The messages that a dialogue makes, as the next hop gets them: envelopes with headers, and bodies, each in an order that does
        /// not depend on time.
        /// </summary>
        public async Task<(List<string> Heads, List<string> Bodies)> DeliveriesAsync(Talk talk)
        {
            var deliveries = new List<(string Head, string Body)>();
            for (var i = 0; i < talk.Deliveries; i++) deliveries.Add(await NextDeliveryAsync());
            return (Ordered(deliveries.Select(d => d.Head)), Ordered(deliveries.Select(d => d.Body)));

            static List<string> Ordered(IEnumerable<string> texts) => [.. texts.Order(StringComparer.Ordinal)];
        }

        private async Task<(string Head, string Body)> NextDeliveryAsync()
        {
            var (message, inbox) = await SinkInbox.NextOfAsync(sink, filter);
            var isFiltered = inbox == filter;
            var parts = Encoding.Latin1.GetString(message.Content()).Split("\r\n\r\n", 2);
            var headers = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(parts[0])).Split("\r\n")
                .Where(l => l[0] is not (' ' or '\t')).Select(l => l.StartsWith("Received:", StringComparison.Ordinal) ? "Received:" : l);
            var envelope = $"<{message.Sender}> to {string.Join(", ", message.Recipients.Order(StringComparer.Ordinal))}";
            var head = $"{(isFiltered ? "filter" : "next hop")}: {envelope}: {string.Join(" | ", headers)}";
            return (head, parts.Length > 1 ? parts[1] : "(none)");
        }
    }
}
