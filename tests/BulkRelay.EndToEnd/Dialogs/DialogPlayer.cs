using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Dialogs;

/// <summary>Plays a <see cref="Dialog"/> against a relay of its own and checks what it says.</summary>
internal sealed class DialogPlayer(Dialog dialog, DialogWay way)
{
    private DialogStep? _step;

    /// <summary>Plays it to its end.</summary>
    /// <exception cref="ShouldAssertException">Something was otherwise than the dialogue says; the message names the line.</exception>
    public async Task PlayAsync()
    {
        var settings = dialog.All("config").Select(s => s.Split('=', 2)).Select(s => (s[0].Trim(), s[1].Trim()));
        var answer = Enum.Parse<StoreResult>(dialog.All("store").FirstOrDefault() ?? "Stored", ignoreCase: true);
        using var folder = new TempFolder();
        await using var relay = new DialogRelay([.. way.Settings(folder.Path), .. settings], dialog.All("faulty").Any(), answer);
        using var client = new DialogClient(IPAddress.Parse(dialog.All("client").FirstOrDefault() ?? "127.0.0.66"), relay.Endpoint);
        try
        {
            foreach (var early in dialog.All("early")) await client.SendAsync([.. Escapes.Decode(early), .. "\r\n"u8]);
            relay.Greet();
            await way.GoAsync(client);
            await TalkAsync(client, dialog.Steps);
            client.Dispose();
            await relay.CloseAsync();
            foreach (var step in dialog.Steps.Where(IsSameOnEveryWay)) CheckAfterwards(relay, step);
            foreach (var message in relay.Messages) ShouldBeCanonical(message.Content.ToArray());
        }
        catch (Exception e) when (_step is not null)
        {
            var log = relay.LogLines is { Count: > 0 } lines ? $"\n  log:\n    {string.Join("\n    ", lines)}" : "";
            var place = $"{dialog.Name}.smtp line {_step.Line}: {_step.Keyword} {_step.Argument}";
            throw new ShouldAssertException($"{place}\n  {e.Message}{log}", e);
        }
    }

    private async Task TalkAsync(DialogClient client, IReadOnlyList<DialogStep> steps)
    {
        foreach (var step in steps)
        {
            _step = step;
            switch (step.Keyword)
            {
                case "C:": await client.SendAsync([.. Escapes.Decode(step.Argument), .. "\r\n"u8]); break;
                case "C!": await client.SendAsync(Escapes.Decode(step.Argument)); break;
                case "C": client.CloseSending(); break;
                case "S:": await ExpectReplyAsync(client, step.Argument); break;
                case "S-": ShouldMatch(await client.ReadLineAsync(), step.Argument); break;
                case "S": (await client.ReadLineAsync()).ShouldBeNull("the server should have closed the connection"); break;
                case "repeat":
                    for (var i = int.Parse(step.Argument, CultureInfo.InvariantCulture); i > 0; i--) await TalkAsync(client, step.Steps);
                    break;
            }
        }
    }

    private static async Task ExpectReplyAsync(DialogClient client, string pattern)
    {
        string? line;
        do line = await client.ReadLineAsync();
        while (line is [_, _, _, '-', ..]);
        ShouldMatch(line, pattern);
    }

    /// <summary>The trace header, and the lines about the client and the count of its commands, tell of the way as well.</summary>
    private bool IsSameOnEveryWay(DialogStep step) => way == DialogWay.Plain
        || (!step.Argument.StartsWith("disconnect ", StringComparison.Ordinal) && !step.Argument.Contains(" trace ", StringComparison.Ordinal)
            && !step.Argument.Contains(": client=", StringComparison.Ordinal));

    private void CheckAfterwards(DialogRelay relay, DialogStep step)
    {
        _step = step;
        switch (step.Keyword)
        {
            case "messages":
                relay.Messages.Count.ShouldBe(int.Parse(step.Argument, CultureInfo.InvariantCulture));
                break;
            case "message":
                var words = step.Argument.Split(' ', 3);
                CheckMessage(relay.Messages[int.Parse(words[0], CultureInfo.InvariantCulture) - 1], words[1], words.Length > 2 ? words[2] : "");
                break;
            case "log":
                relay.LogLines.ShouldContain(l => Matches(l, $"postfix/*[*]: {step.Argument}"));
                break;
            case "no-log":
                relay.LogLines.ShouldNotContain(l => Matches(l, $"postfix/*[*]: {step.Argument}"));
                break;
        }
    }

    private static void CheckMessage(IncomingMessage message, string aspect, string expected)
    {
        var (trace, content) = SplitTrace(message.Content.ToArray());
        switch (aspect)
        {
            case "content": Escapes.Encode(content).ShouldBe(Escapes.Encode(Escapes.Decode(expected))); break;
            case "contains": Escapes.Encode(content).ShouldContain(Escapes.Encode(Escapes.Decode(expected))); break;
            case "trace": ShouldMatch(trace, expected); break;
            case "sender": message.Envelope.Sender.ShouldBe(expected); break;
            case "recipients": string.Join(' ', message.Recipients.Select(r => r.Address)).ShouldBe(expected); break;
            case "orcpt": string.Join(' ', message.Recipients.Select(r => r.Orcpt)).ShouldBe(expected); break;
            case "notify": string.Join(' ', message.Recipients.Select(r => r.Notify)).ShouldBe(expected); break;
            case "envid": message.Envelope.Envid.ShouldBe(expected); break;
            case "ret": message.Envelope.Ret.ShouldBe(expected); break;
            case "verp": message.Envelope.Verp.ShouldBe(expected); break;
            case "client":
                ShouldMatch($"{message.Envelope.ClientName}[{message.Envelope.ClientAddress}] {message.Envelope.Protocol} {message.Envelope.HeloName}", expected);
                break;
            case "flow": ShouldMatch(message.Envelope.Flow, expected); break;
            case "priority": message.Envelope.Priority.ToString().ShouldBe(expected, StringCompareShould.IgnoreCase); break;
            case "8bit": message.Envelope.Is8Bit.ShouldBe(expected == "yes"); break;
            case "utf8": message.Envelope.IsSmtpUtf8.ShouldBe(expected == "yes"); break;
            case "size":
                content.Length.ShouldBe(int.Parse(expected, CultureInfo.InvariantCulture));
                message.Envelope.Size.ShouldBe(message.Content.Length);
                break;
            default: throw new FormatException($"unknown aspect {aspect}");
        }
    }

    /// <summary>The trace header that the relay added, unfolded, and the rest.</summary>
    private static (string Trace, byte[] Content) SplitTrace(byte[] all)
    {
        var end = 0;
        do end = all.AsSpan(end).IndexOf("\r\n"u8) + end + 2;
        while (end < all.Length && all[end] is (byte)' ' or (byte)'\t');
        return (Encoding.UTF8.GetString(all.AsSpan(0, end - 2)).Replace("\r\n\t", " ", StringComparison.Ordinal), all[end..]);
    }

    /// <summary>No stray CR or LF, no NUL, and a line end at the end: what egress builds on.</summary>
    private static void ShouldBeCanonical(byte[] content)
    {
        var text = Encoding.Latin1.GetString(content);
        var stray = text.Replace("\r\n", "", StringComparison.Ordinal).IndexOfAny(['\r', '\n', '\0']);
        stray.ShouldBe(-1, "the content is not canonical");
        text.EndsWith("\r\n", StringComparison.Ordinal).ShouldBeTrue();
    }

    private static void ShouldMatch(string? line, string pattern)
    {
        if (line is not null && Matches(line, pattern)) return;
        throw new ShouldAssertException($"expected '{pattern}' but was '{line ?? "the end of the connection"}'");
    }

    private static bool Matches(string line, string pattern)
    {
        var regex = $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$";
        return Regex.IsMatch(line, regex, RegexOptions.Singleline | RegexOptions.CultureInvariant);
    }
}
