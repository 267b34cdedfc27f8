using System.Net.Sockets;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Maildrop;
using BulkRelay.Server.Admin;
using BulkRelay.Server.Applets.Sendmail;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Applets.Sendmail;

/// <summary>What an answer of the relay means to <c>sendmail</c>: sent, refused, or left in the maildrop folder.</summary>
public sealed class SubmitterTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _queue = new();
    private readonly FakeTimeProvider _time = new();
    private readonly MaildropFolder _folder;
    private readonly Submitter _submitter;

    public SubmitterTests()
    {
        _folder = new MaildropFolder(_queue.Path);
        _folder.Create();
        _submitter = new Submitter(ConfigSnapshot.With(("myhostname", "relay.test"), ("queue_directory", _queue.Path)), _time);
    }

    public void Dispose() => _queue.Dispose();

    [Theory]
    [InlineData("200 OK", """{"queue_id":"AB12","refusal":""}""", "")]
    [InlineData("200 OK", """{"queue_id":"","refusal":"5.6.0 message contains NUL characters"}""", "5.6.0 message contains NUL characters")]
    [InlineData("400 Bad Request", "no", "5.5.0 the relay refuses the request: 400 Bad Request")]
    [InlineData("404 Not Found", "", "5.5.0 the relay refuses the request: 404 Not Found")]
    [InlineData("403 Forbidden", "", "5.7.1 the relay refuses the request: 403 Forbidden")]
    [InlineData("413 Payload Too Large", "", "5.5.0 the relay refuses the request: 413 Payload Too Large")]
    public async Task What_the_relay_has_decided_is_not_left_for_it_again(string status, string body, string refusal)
    {
        var result = await AnsweredAsync(status, body);
        result.Refusal.ShouldBe(refusal);
        _folder.Files.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("200 OK", """{"queue_id":"","refusal":"4.3.1 Insufficient system storage"}""")]
    [InlineData("200 OK", """{"queue_id":"","refusal":""}""")]
    [InlineData("200 OK", "{}")]
    [InlineData("200 OK", "null")]
    [InlineData("200 OK", "{\"queue_id\":\"AB")]
    [InlineData("408 Request Timeout", "")]
    [InlineData("429 Too Many Requests", "")]
    [InlineData("500 Internal Server Error", "")]
    [InlineData("503 Service Unavailable", "the store has failed")]
    public async Task What_it_cannot_take_now_is_left_for_it(string status, string body)
    {
        var result = await AnsweredAsync(status, body);
        result.Refusal.ShouldBe("");
        _folder.Files.ShouldHaveSingleItem();
    }

    /// <summary>The system takes connections for a relay that stands still.</summary>
    [Fact]
    public async Task A_relay_that_does_not_answer_is_not_waited_for_without_an_end()
    {
        using var listener = Listen();
        using var message = new MemoryStream("Subject: x\n\nbody\n"u8.ToArray());
        var submitting = _submitter.SubmitAsync(Envelope, () => Rewound(message), CancellationToken.None);
        using var probe = await listener.AcceptAsync().WaitAsync(Patience);
        using var client = await listener.AcceptAsync().WaitAsync(Patience);
        await client.ReceiveAsync(new byte[1]).WaitAsync(Patience);
        submitting.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMinutes(5));
        (await submitting.WaitAsync(Patience)).Refusal.ShouldBe("");
        _folder.Files.ShouldHaveSingleItem();
    }

    private static Submission Envelope => new() { Sender = "a@x.test", Recipients = ["b@y.test"] };

    private Socket Listen()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SubmitSocket.PathIn(_queue.Path))!);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SubmitSocket.PathIn(_queue.Path)));
        listener.Listen();
        return listener;
    }

    private async Task<SubmissionResult> AnsweredAsync(string status, string body)
    {
        using var listener = Listen();
        using var limit = new CancellationTokenSource(Patience);
        var answering = AnswerAsync(listener, Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{body}"), limit.Token);
        using var message = new MemoryStream("Subject: x\n\nbody\n"u8.ToArray());
        var result = await _submitter.SubmitAsync(Envelope, () => Rewound(message), limit.Token).WaitAsync(Patience);
        await limit.CancelAsync();
        await answering;
        return result;
    }

    /// <summary>Answers each request when all of it has come; a probe that connects and says nothing gets nothing.</summary>
    private static async Task AnswerAsync(Socket listener, byte[] answer, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync(cancel);
                var (text, buffer) = (new StringBuilder(), new byte[4096]);
                int count;
                while ((count = await client.ReceiveAsync(buffer, cancel)) > 0)
                {
                    text.Append(Encoding.UTF8.GetString(buffer, 0, count));
                    if (!text.ToString().EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)
                        && !text.ToString().Contains("Content-Length: 0", StringComparison.Ordinal)) continue;
                    await client.SendAsync(answer, cancel);
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static MemoryStream Rewound(MemoryStream message)
    {
        message.Position = 0;
        return message;
    }
}
