namespace BulkRelay.Actors;

/// <summary>A message that may miss its receiver without anybody having to know: no <see cref="DeadLetter"/> is published for it.</summary>
public interface IDeadLetterSuppression
{
}
