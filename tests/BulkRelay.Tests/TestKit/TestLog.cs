using System.Text;
using BulkRelay.Core.Observability;

namespace BulkRelay.Tests.TestKit;

/// <summary>A mail log in memory.</summary>
public sealed class TestLog : IDisposable
{
    private readonly Lines _lines = new();
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

    private sealed class Lines : MemoryStream
    {
        private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];

        public Task WaitForAsync(string text)
        {
            lock (_awaited)
            {
                var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _awaited.Add((text, seen));
                Look();
                return seen.Task;
            }
        }

        public string Text
        {
            get { lock (_awaited) return Encoding.UTF8.GetString(ToArray()); }
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (_awaited)
            {
                base.Write(buffer);
                Look();
            }
        }

        private void Look()
        {
            var all = Text;
            foreach (var (text, seen) in _awaited)
                if (all.Contains(text, StringComparison.Ordinal)) seen.TrySetResult();
        }
    }
}
