using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Access;

namespace BulkRelay.Core.Ingress.Restrictions.PolicyService;

/// <summary>
/// <c>check_policy_service service</c>: does what another program says, with any action of access tables (SMTPD_POLICY_README). If it does
/// not answer, <c>smtpd_policy_service_default_action</c> is done.
/// </summary>
internal sealed class CheckPolicyService(RestrictionSetup setup, PolicyServiceSettings settings) : IRestriction
{
    private const string Key = "policy query";

    private readonly PolicyClient _client = new(settings);
    private readonly string _stress = setup.Snapshot.Get(SmtpdParameters.Stress);

    /// <summary>The row of the table.</summary>
    public static RestrictionKind Kind { get; } = new("check_policy_service", Create, TakesArgument: true)
    {
        CheckArgument = argument =>
            PolicyServiceSettings.Parse(argument, new PolicyServiceSettings(), out var fault) is null ? fault : null,
    };

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        var query = PolicyQuery.About(request, settings.PolicyContext, _stress);
        var action = await _client.AskAsync(query, request.Time, request.Log, cancel) ?? settings.DefaultAction;
        if (action.AsSpan().Trim().IsEmpty)
        {
            request.Log.Warning($"access table {settings.Name} entry \"{Key}\" has empty value");
            return Verdict.Dunno;
        }
        return await setup.AccessRules.ApplyAsync(new AccessMatch(request, settings.Name, Key, request.Target, action.Trim()), cancel);
    }

    private static IRestriction Create(RestrictionSetup setup, string argument)
    {
        if (PolicyServiceSettings.Parse(argument, PolicyServiceSettings.DefaultsOf(setup.Snapshot), out var fault) is not { } settings)
        {
            setup.AddFault(setup.Parameter, fault!);
            return new Misconfigured(fault!);
        }
        setup.PolicyServices.Add((setup.Parameter, settings));
        return new CheckPolicyService(setup, settings);
    }
}
