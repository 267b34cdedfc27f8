namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// Mechanisms that run here, over whatever knows the passwords: PLAIN and LOGIN by asking, CRAM-MD5 and SCRAM where the secrets themselves
/// are at hand.
/// </summary>
/// <param name="checks">Who is asked whether a password is right, one after the other until one says yes.</param>
/// <param name="secrets">The secrets; null if they are elsewhere.</param>
/// <param name="realm">The realm of names that have none (<c>smtpd_sasl_local_domain</c>); may be empty.</param>
/// <param name="hostname">The name in challenges.</param>
/// <param name="allowed">The mechanisms to offer; null for all.</param>
internal sealed class LocalSasl(
    IReadOnlyList<IPasswordCheck> checks, CredentialTable? secrets, string realm, string hostname, IReadOnlyCollection<string>? allowed) : ISaslBackend
{
    /// <summary>The name of this host, for challenges.</summary>
    public string Hostname => hostname;

    /// <summary>The secrets; only mechanisms that are offered when there are some ask.</summary>
    public CredentialTable Secrets => secrets!;

    /// <summary>The mechanisms that there can be, whatever secrets the users have.</summary>
    public IEnumerable<SaslMechanism> Possible => LocalMechanisms.All
        .Where(m => IsAllowed(m) && (secrets is not null || m.IsOn(null))).Select(m => m.Mechanism);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SaslMechanism>> MechanismsAsync(SaslContext context, CancellationToken cancel) =>
        ValueTask.FromResult<IReadOnlyList<SaslMechanism>>([.. LocalMechanisms.All.Where(m => IsAllowed(m) && m.IsOn(secrets)).Select(m => m.Mechanism)]);

    /// <inheritdoc/>
    public ISaslExchange Begin(SaslMechanism mechanism, SaslContext context) =>
        LocalMechanisms.All.First(m => m.Mechanism.Name == mechanism.Name).Begin(this, context);

    /// <summary>The user that a name means; null if no user can have it.</summary>
    public SaslLogin? LoginOf(ReadOnlySpan<byte> name) => SaslLogin.Read(name, realm);

    /// <inheritdoc cref="LoginOf(ReadOnlySpan{byte})"/>
    public SaslLogin? LoginOf(string name) => SaslLogin.Read(name, realm);

    /// <summary>Whether a client that is one user may act as another one: only as itself.</summary>
    public static bool MayActAs(string authorization, SaslLogin login) =>
        authorization.Length == 0 || authorization == login.Given || authorization == login.Name;

    /// <summary>Signs in with a password.</summary>
    public async ValueTask<SaslStep> CheckAsync(SaslLogin login, string password, SaslContext context, CancellationToken cancel)
    {
        string? trouble = null;
        foreach (var check in checks)
        {
            var result = await check.CheckAsync(login, password, context, cancel);
            if (result.IsRight) return SaslStep.Success(login.Name);
            trouble ??= result.Trouble;
        }
        return trouble is null ? SaslStep.Failure(login.Name) : SaslStep.Unavailable(login.Name, trouble);
    }

    private bool IsAllowed(LocalMechanism mechanism) => allowed is null || allowed.Contains(mechanism.Mechanism.Name);
}
