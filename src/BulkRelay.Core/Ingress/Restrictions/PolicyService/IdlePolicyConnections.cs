namespace BulkRelay.Core.Ingress.Restrictions.PolicyService;

/// <summary>
/// Connections that wait for the next request. Each is closed when it has waited too long, so that none stays when the configuration that
/// it belongs to is gone. The lock is held for list operations only.
/// </summary>
internal sealed class IdlePolicyConnections(PolicyServiceSettings settings)
{
    private readonly Lock _lock = new();
    private readonly List<PolicyConnection> _waiting = [];
    private ITimer? _sweep;

    /// <summary>
    /// Takes the connection that was last used for the same message, or else the one that was used last; null if none is usable.
    /// </summary>
    public PolicyConnection? Take(string instance)
    {
        lock (_lock)
        {
            Sweep();
            if (_waiting.Count == 0) return null;
            var same = instance.Length == 0 ? -1 : _waiting.FindLastIndex(c => c.Instance == instance);
            var index = same >= 0 ? same : _waiting.Count - 1;
            var taken = _waiting[index];
            _waiting.RemoveAt(index);
            return taken;
        }
    }

    /// <summary>Keeps a connection for the next request, if it may serve one.</summary>
    public void Give(PolicyConnection connection, TimeProvider time)
    {
        lock (_lock)
        {
            _waiting.Add(connection);
            Sweep();
            _sweep ??= time.CreateTimer(_ => Expire(), null, settings.MaxIdle, settings.MaxIdle);
        }
    }

    private void Expire()
    {
        lock (_lock)
        {
            Sweep();
            if (_waiting.Count > 0) return;
            _sweep?.Dispose();
            _sweep = null;
        }
    }

    private void Sweep()
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].IsUsable(settings)) continue;
            _waiting[i].Dispose();
            _waiting.RemoveAt(i);
        }
    }
}
