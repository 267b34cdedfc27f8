namespace BulkRelay.Actors.Internal;

/// <summary>An ordinary message that the kernel looks at before the actor does.</summary>
internal interface IAutoReceivedMessage
{
}
