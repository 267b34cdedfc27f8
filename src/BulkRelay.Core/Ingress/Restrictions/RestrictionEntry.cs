namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>A restriction where it stands in a list.</summary>
/// <param name="Name">Its name, for the log.</param>
/// <param name="Restriction">What is asked.</param>
/// <param name="WarnsOnly">True after <c>warn_if_reject</c>: what it refuses is logged, and the next one is asked.</param>
internal sealed record RestrictionEntry(string Name, IRestriction Restriction, bool WarnsOnly);
