using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue;

/// <summary>The way into the queue for everything that makes messages: SMTP sessions and reports.</summary>
public sealed class QueueIntake
{
    private readonly QueueServices _services;

    internal QueueIntake(QueueServices services) => _services = services;

    /// <summary>
    /// Routes, stores, and hands over to the destinations. When it returns <see cref="StoreResult.Stored"/> the message is durable and
    /// the relay is responsible for it; otherwise the relay has not taken it and never will.
    /// </summary>
    public async ValueTask<StoreResult> SubmitAsync(IncomingMessage message, CancellationToken cancel)
    {
        var prepared = await PrepareAsync(message, cancel).ConfigureAwait(false);
        var result = StoreResult.Unavailable;
        try
        {
            result = await _services.Store.AddAsync(prepared, cancel).ConfigureAwait(false);
        }
        finally
        {
            if (result != StoreResult.Stored) Abandon(prepared);
        }
        if (result == StoreResult.Stored) HandOver(prepared);
        return result;
    }

    /// <summary>A message id for an envelope that is being built.</summary>
    public long NextMessageId() => _services.Store.NextMessageId();

    /// <summary>Routes a message and claims its recipients: from now on it is to be stored and handed over, or abandoned.</summary>
    internal async ValueTask<NewMessage> PrepareAsync(IncomingMessage message, CancellationToken cancel)
    {
        var envelope = WithWarning(message.Envelope);
        var recipients = new QueuedRecipient[message.Recipients.Count];
        for (var i = 0; i < recipients.Length; i++)
        {
            var recipient = message.Recipients[i];
            recipients[i] = new QueuedRecipient
            {
                Number = i,
                Address = recipient.Address,
                Orcpt = recipient.Orcpt,
                Notify = recipient.Notify,
                Destination = await _services.RouteAsync(recipient.Address, envelope, cancel).ConfigureAwait(false),
                Due = envelope.Arrived,
            };
        }
        _services.Claims.Claim(envelope.Id, recipients);
        return new NewMessage(envelope, recipients, message.Content);
    }

    /// <summary>Notes when the sender is to be warned (<c>delay_warning_time</c>). The null sender never is.</summary>
    private MessageEnvelope WithWarning(MessageEnvelope envelope)
    {
        var after = _services.Configuration.DelayWarningTime;
        return after == TimeSpan.Zero || envelope.IsReport ? envelope : envelope with { WarnAt = envelope.Arrived + after };
    }

    /// <summary>The message was not stored.</summary>
    internal void Abandon(NewMessage message) => _services.Claims.Release(message.Envelope.Id, message.Recipients);

    /// <summary>The message is stored: gives it to its destinations.</summary>
    internal void HandOver(NewMessage message)
    {
        var envelope = message.Envelope;
        _services.Statistics.CountAccepted();
        if (envelope.IsHeld)
        {
            Abandon(message);
            return;
        }
        _services.LogActive(envelope, message.Recipients.Count);
        if (message.Recipients.Count == 1) Tell(message, message.Recipients[0].Destination, message.Recipients);
        else
        {
            foreach (var destination in message.Recipients.GroupBy(r => r.Destination)) Tell(message, destination.Key, [.. destination]);
        }
    }

    private void Tell(NewMessage message, DestinationKey destination, IReadOnlyList<QueuedRecipient> recipients)
    {
        var limit = message.Envelope.Verp.Length > 0 ? 1 : _services.Configuration.RecipientLimit(destination.Transport);
        var size = limit > 0 && limit < recipients.Count ? limit : recipients.Count;
        var entries = new QueueEntry[(recipients.Count + size - 1) / size];
        var now = _services.Time.GetUtcNow();
        for (var i = 0; i < entries.Length; i++)
        {
            var part = entries.Length == 1 ? recipients : [.. recipients.Skip(i * size).Take(size)];
            entries[i] = new QueueEntry(message.Envelope, destination, part)
            {
                Content = KeepContent(message.Content),
                Activated = now,
                IsWholeMessage = entries.Length == 1 && recipients.Count == message.Recipients.Count,
            };
        }
        _services.Queue.Tell(new HandOver(destination, entries));
    }

    private MessageContent? KeepContent(MessageContent content) =>
        _services.ContentMemory.TryTake(content.Length, _services.Configuration.ContentMemoryLimit) ? content : null;
}
