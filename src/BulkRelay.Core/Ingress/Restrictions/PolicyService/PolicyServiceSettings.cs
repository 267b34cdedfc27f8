using System.Net;
using System.Net.Sockets;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions.PolicyService;

/// <summary>
/// A policy service as the configuration has it: <c>inet:host:port</c>, <c>unix:path</c>, or <c>{ service, name=value … }</c> with values
/// of its own.
/// </summary>
internal sealed record PolicyServiceSettings
{
    /// <summary>The name as the configuration has it, for the log.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where it is.</summary>
    public EndPoint Endpoint { get; init; } = new IPEndPoint(IPAddress.None, 0);

    /// <summary>The longest wait for connecting, and for an answer.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>How long a connection is kept without a request.</summary>
    public TimeSpan MaxIdle { get; init; }

    /// <summary>How long a connection is used.</summary>
    public TimeSpan MaxTtl { get; init; }

    /// <summary>How long to wait before asking again.</summary>
    public TimeSpan RetryDelay { get; init; }

    /// <summary>How often to ask.</summary>
    public int TryLimit { get; init; }

    /// <summary>The most requests over one connection; 0 for no limit.</summary>
    public int RequestLimit { get; init; }

    /// <summary>What is done if there is no answer.</summary>
    public string DefaultAction { get; init; } = "";

    /// <summary>The attribute <c>policy_context</c>.</summary>
    public string PolicyContext { get; init; } = "";

    /// <summary>Where relative paths of sockets begin.</summary>
    public string QueueDirectory { get; init; } = "";

    /// <summary>What the configuration says about all services.</summary>
    public static PolicyServiceSettings DefaultsOf(ConfigSnapshot snapshot) => new()
    {
        Timeout = snapshot.Get(PolicyServiceParameters.Timeout),
        MaxIdle = snapshot.Get(PolicyServiceParameters.MaxIdle),
        MaxTtl = snapshot.Get(PolicyServiceParameters.MaxTtl),
        RetryDelay = snapshot.Get(PolicyServiceParameters.RetryDelay),
        TryLimit = snapshot.Get(PolicyServiceParameters.TryLimit),
        RequestLimit = snapshot.Get(PolicyServiceParameters.RequestLimit),
        DefaultAction = snapshot.Get(PolicyServiceParameters.DefaultAction),
        PolicyContext = snapshot.Get(PolicyServiceParameters.PolicyContext),
        QueueDirectory = snapshot.Get(MainParameters.QueueDirectory),
    };

    /// <summary>Reads the argument of <c>check_policy_service</c>. Null if it is none; the fault then says why.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="defaults">What holds where it says nothing.</param>
    /// <param name="fault">What is wrong, or null.</param>
    public static PolicyServiceSettings? Parse(string argument, PolicyServiceSettings defaults, out string? fault)
    {
        string? syntax = null;
        var words = argument is ['{', .. var inner, '}'] ? ParameterList.TrySplit(inner, out syntax) ?? [] : [argument];
        fault = syntax is not null ? syntax : words.Count == 0 ? "names no service" : null;
        if (fault is not null || ParseEndpoint(words[0], defaults.QueueDirectory, out fault) is not { } endpoint) return null;
        var settings = defaults with { Name = NameOf(words[0]), Endpoint = endpoint };
        foreach (var word in words.Skip(1))
        {
            settings = settings.With(word, out fault);
            if (fault is not null) return null;
        }
        return settings;
    }

    /// <summary>As the log has it: Postfix leaves <c>inet:</c> out.</summary>
    private static string NameOf(string service) => service.StartsWith("inet:", StringComparison.Ordinal) ? service[5..] : service;

    private PolicyServiceSettings With(string word, out string? fault)
    {
        var text = word is ['{', .. var inner, '}'] ? inner : word;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = equals < 0 ? (text, "") : (text[..equals].Trim(), text[(equals + 1)..].Trim());
        switch (name)
        {
            case "timeout": return this with { Timeout = PolicyServiceParameters.Timeout.Parse(value, out fault) };
            case "max_idle": return this with { MaxIdle = PolicyServiceParameters.MaxIdle.Parse(value, out fault) };
            case "max_ttl": return this with { MaxTtl = PolicyServiceParameters.MaxTtl.Parse(value, out fault) };
            case "retry_delay": return this with { RetryDelay = PolicyServiceParameters.RetryDelay.Parse(value, out fault) };
            case "try_limit": return this with { TryLimit = PolicyServiceParameters.TryLimit.Parse(value, out fault) };
            case "request_limit": return this with { RequestLimit = PolicyServiceParameters.RequestLimit.Parse(value, out fault) };
            case "default_action": return this with { DefaultAction = PolicyServiceParameters.DefaultAction.Parse(value, out fault)! };
            case "policy_context": return this with { PolicyContext = PolicyServiceParameters.PolicyContext.Parse(value, out fault)! };
            default:
                fault = $"unknown attribute '{name}': use timeout, max_idle, max_ttl, retry_delay, try_limit, request_limit, "
                    + "default_action or policy_context, and { name = value } for a value with blanks";
                return this;
        }
    }

    private static EndPoint? ParseEndpoint(string name, string queueDirectory, out string? fault)
    {
        fault = null;
        if (name.StartsWith("inet:", StringComparison.Ordinal))
        {
            if (InetEndpoint.TryParse(name[5..], out fault) is not { } inet) return null;
            var host = inet.Host.Length > 0 ? inet.Host : "localhost";
            return inet.Address is { } address ? new IPEndPoint(address, inet.Port) : new DnsEndPoint(host, inet.Port);
        }
        if (name.StartsWith("unix:", StringComparison.Ordinal) && name.Length > 5)
        {
            var path = Path.Combine(queueDirectory, name[5..]);
            fault = UnixSocket.Fault(path);
            if (fault is null) return new UnixDomainSocketEndPoint(path);
        }
        else fault = "need inet:host:port or unix:path";
        return null;
    }
}
