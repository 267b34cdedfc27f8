using System.Text;
using BulkRelay.Core.Observability;

namespace BulkRelay.Tests.TestKit;

/// <summary>A mail log in memory. <see cref="ReadAll"/> closes it and gives its text.</summary>
public sealed class TestLog : IDisposable
{
    private readonly MemoryStream _text = new();
    private readonly MailLog _log;

    public TestLog()
    {
        _log = new MailLog(() => _text, "relay.test", TimeProvider.System);
        Service = _log.For("bulkrelay", "test");
    }

    /// <summary>The log as the part under test sees it.</summary>
    public ServiceLog Service { get; }

    /// <summary>All lines; nothing can be logged afterwards.</summary>
    public string ReadAll()
    {
        _log.Dispose();
        return Encoding.UTF8.GetString(_text.ToArray());
    }

    public void Dispose() => _log.Dispose();
}
