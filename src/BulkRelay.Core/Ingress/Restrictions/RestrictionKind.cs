using BulkRelay.Core.Ingress.Access;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>Makes a restriction for a configuration.</summary>
/// <param name="setup">What it is made from; takes the faults of the argument.</param>
/// <param name="argument">The word behind the name; empty for a restriction that takes none.</param>
internal delegate IRestriction RestrictionFactory(RestrictionSetup setup, string argument);

/// <summary>A restriction by its name in the configuration.</summary>
/// <param name="Name">The word, matched without case.</param>
/// <param name="Create">Makes it.</param>
/// <param name="StopsRelaying">True if it alone keeps strangers from relaying; each server needs one such.</param>
/// <param name="TakesArgument">True if the next word of the list belongs to it.</param>
internal sealed record RestrictionKind(
    string Name, RestrictionFactory Create, bool StopsRelaying = false, bool TakesArgument = false)
{
    /// <summary>What is wrong with an argument, before anything is made of it; null for nothing.</summary>
    public Func<string, string?> CheckArgument { get; init; } = _ => null;

    /// <summary>What the operator should know about the use of an old restriction; empty for nothing.</summary>
    public string Warning { get; init; } = "";

    /// <summary>What it permits, for the log of permits; null for a restriction that never permits, or leaves that to a table.</summary>
    public Func<AccessRequest, AccessTarget>? Permits { get; init; }

    /// <summary>Why there is no such restriction here although Postfix has it: a fault wherever it stands. Empty if there is one.</summary>
    public string Absence { get; init; } = "";

    /// <summary>A restriction of Postfix that is not here.</summary>
    public static RestrictionKind Absent(string name, string why) => new(name, (_, _) => new Misconfigured(why)) { Absence = why };

    /// <summary>A restriction that asks a lookup table, its argument: <c>check_sender_access type:name</c>.</summary>
    public static RestrictionKind WithTable(string name, Func<AccessTable, IRestriction> create) =>
        new(name, (setup, argument) => create(setup.AccessTable(argument)), TakesArgument: true)
        {
            CheckArgument = argument => argument.Contains(':', StringComparison.Ordinal) ? null : "need maptype:mapname",
        };
}
