namespace BulkRelay.Core.Queue;

/// <summary>Reports that are routed and claimed, on their way into the store together with the outcome that they report.</summary>
internal sealed class PreparedReports(QueueServices services)
{
    private readonly List<NewMessage> _messages = [];
    private readonly List<string> _titles = [];

    public IReadOnlyList<NewMessage> Messages => _messages;

    /// <summary>True if the sender is warned that the message is late (or would be, had he not asked to be spared).</summary>
    public bool IsWarning { get; set; }

    /// <summary>Makes the reports that a request leads to, and routes them.</summary>
    public async ValueTask AddAsync(ReportRequest request)
    {
        foreach (var built in services.BuildReport(request))
        {
            _messages.Add(await services.Intake.PrepareAsync(built.Message, services.HardStop).ConfigureAwait(false));
            _titles.Add(built.Title);
        }
    }

    /// <summary>They are in the store: logs them and gives them to their destinations.</summary>
    public void HandOver(string queueId)
    {
        for (var i = 0; i < _messages.Count; i++)
        {
            services.BounceLog.Info($"{queueId}: {_titles[i]}: {_messages[i].Envelope.QueueId}");
            services.Intake.HandOver(_messages[i]);
        }
    }

    /// <summary>They will not be stored.</summary>
    public void Abandon()
    {
        foreach (var message in _messages) services.Intake.Abandon(message);
        _messages.Clear();
        _titles.Clear();
    }
}
