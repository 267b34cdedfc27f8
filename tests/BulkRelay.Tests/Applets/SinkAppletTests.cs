using System.Net;
using System.Text;
using BulkRelay.Server.Applets;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.Tests.Applets;

/// <summary><c>bulkrelay sink</c> judges what carries a hash.</summary>
public sealed class SinkAppletTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly byte[] Message = SampleMessage.Create("sink", 9000);

    [Fact]
    public async Task What_arrives_as_it_was_sent_is_verified()
    {
        var (status, output, error) = await RunAsync(Message, "Subject: without a hash\r\n\r\n.\r\n"u8.ToArray());
        status.ShouldBe(0, error);
        output.ShouldMatch(@"\nmessages +2\n");
        output.ShouldMatch(@"\nverified +1\nchanged +0\n");
        error.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_changed_on_the_way_is_named_and_is_a_failure()
    {
        byte[] other = [.. Message[..^3], (byte)'!', .. "\r\n"u8];
        var (status, output, error) = await RunAsync(Message, other);
        status.ShouldBe(1);
        output.ShouldMatch(@"\nverified +2\nchanged +1\n");
        error.ShouldBe($"changed: message-id=<sink@campaign.test> from=<a@campaign.test> to=<b@dest.test> {other.Length:N0} octets\n");
    }

    [Fact]
    public async Task Its_help_says_what_a_message_has_to_carry()
    {
        var output = new StringWriter();
        (await SinkApplet.RunAsync(["--help"], output, TextWriter.Null)).ShouldBe(0);
        output.ToString().ShouldContain(ContentDigest.Field);
        output.ToString().ShouldContain("SHA-256");
    }

    private static async Task<(int Status, string Output, string Error)> RunAsync(params byte[][] messages)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var output = new FirstLine();
        using var error = new StringWriter();
        var running = SinkApplet.RunAsync(["--listen", "127.0.0.1:0", "--quiet", "--until", "2"], output, error);
        var place = IPEndPoint.Parse((await output.Completed.WaitAsync(limit.Token)).Split(' ')[^1]);
        using var client = await SampleClient.ConnectAsync(place, "client.test", limit.Token);
        try
        {
            foreach (var message in messages) await client.SendAsync("a@campaign.test", "b@dest.test", message, limit.Token);
        }
        catch (IOException)
        {
            // It has enough, and may end before it has answered the last one.
        }
        return (await running.WaitAsync(limit.Token), output.ToString(), error.ToString());
    }

    /// <summary>Tells when a line is there.</summary>
    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Completed => _completed.Task;

        public override Encoding Encoding => Encoding.UTF8;

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            _completed.TrySetResult(value ?? "");
            return Task.CompletedTask;
        }
    }
}
