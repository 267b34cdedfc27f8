namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>
/// Tells those who wait for a commit, some of them one after the other on one thread of the pool: what each does next is short, and
/// waking a thread for each costs more than that.
/// </summary>
internal sealed class CommitAnswers : IThreadPoolWorkItem
{
    /// <summary>So few that the last does not wait for long behind the others.</summary>
    private const int Most = 8;

    private readonly WriteRequest[] _requests = new WriteRequest[Most];
    private int _count;

    /// <summary>Tells all of them. Returns at once.</summary>
    public static void Send(IReadOnlyList<WriteRequest> requests)
    {
        CommitAnswers? answers = null;
        for (var i = 0; i < requests.Count; i++)
        {
            if (!requests[i].IsUrgent)
            {
                requests[i].Committed();
                continue;
            }
            answers ??= new CommitAnswers();
            answers._requests[answers._count++] = requests[i];
            if (answers._count < Most) continue;
            answers.Queue();
            answers = null;
        }
        answers?.Queue();
    }

    /// <inheritdoc/>
    public void Execute()
    {
        for (var i = 0; i < _count; i++) _requests[i].Committed();
    }

    private void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
}
