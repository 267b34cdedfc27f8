namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>A restriction by its name in the configuration.</summary>
/// <param name="Name">The word, matched without case.</param>
/// <param name="StopsRelaying">True if it alone keeps strangers from relaying; each server needs one such.</param>
/// <param name="Create">Makes it for a configuration.</param>
internal sealed record RestrictionKind(string Name, bool StopsRelaying, Func<RestrictionSetup, IRestriction> Create);
