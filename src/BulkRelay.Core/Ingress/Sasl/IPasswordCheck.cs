namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>Knows whether a password is right. Used by many sessions at once.</summary>
internal interface IPasswordCheck
{
    /// <summary>Checks it. A wrong password takes as long as that of a user who does not exist.</summary>
    ValueTask<PasswordResult> CheckAsync(SaslLogin login, string password, SaslContext context, CancellationToken cancel);
}
