using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>A list of restrictions with what it is about.</summary>
/// <param name="Subject">What a table without further words is asked for in it.</param>
/// <param name="TargetOf">How a refusal names what it refuses.</param>
/// <param name="List">The list.</param>
internal sealed record AccessStage(AccessSubject Subject, Func<AccessRequest, AccessTarget> TargetOf, RestrictionList List)
{
    /// <summary>True if there is nothing to ask.</summary>
    public bool IsEmpty => List.IsEmpty;

    /// <summary>Compiles the list that is the value of a parameter.</summary>
    public static AccessStage Parse(
        AccessSubject subject, Parameter<string> parameter, Func<AccessRequest, AccessTarget> targetOf, RestrictionSetup setup)
    {
        var parser = new RestrictionParser(parameter.Name, setup) { ForbidsBareTables = subject is AccessSubject.Data or AccessSubject.EndOfData };
        return new AccessStage(subject, targetOf, parser.Parse(setup.Snapshot.Get(parameter)));
    }

    /// <summary>Says what comes is about this.</summary>
    public void Enter(AccessRequest request)
    {
        request.Subject = Subject;
        request.Target = TargetOf(request);
    }

    /// <summary>Asks the list, without regard to what an earlier one could not find out.</summary>
    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        Enter(request);
        request.DeferIfReject = null;
        return List.CheckAsync(request, cancel);
    }
}
