using BulkRelay.Core.Observability;

namespace BulkRelay.Tests.TestKit;

/// <summary>A mail log in memory.</summary>
public sealed class TestLog : IDisposable
{
    private readonly TestLogLines _lines = new();
    private readonly MailLog _log;

    public TestLog()
    {
        _log = new MailLog(() => _lines, "relay.test", TimeProvider.System);
        Service = _log.For("bulkrelay", "test");
    }

    /// <summary>The log as the part under test sees it.</summary>
    public ServiceLog Service { get; }

    /// <summary>Completes as soon as the text has been logged.</summary>
    public Task WaitForAsync(string text) => _lines.WaitForAsync(text).WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>All that was logged so far.</summary>
    public string Text => _lines.Text;

    public void Dispose() => _log.Dispose();
}
