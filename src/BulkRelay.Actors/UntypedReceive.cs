namespace BulkRelay.Actors;

/// <summary>A behaviour: what an actor does with the next message.</summary>
public delegate void UntypedReceive(object message);
