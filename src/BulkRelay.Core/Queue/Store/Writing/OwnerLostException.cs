namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>Another relay has taken the queue since this one opened it: nothing may be written before it is opened anew.</summary>
internal sealed class OwnerLostException(string place) : DatabaseErrorException($"{place}: another relay has taken the queue")
{
    public override bool IsFull => false;

    public override bool IsBadValue => false;
}
