namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>Passwords against the secrets of a table.</summary>
internal sealed class TablePasswords(CredentialTable secrets) : IPasswordCheck
{
    public async ValueTask<PasswordResult> CheckAsync(SaslLogin login, string password, SaslContext context, CancellationToken cancel)
    {
        var (secret, exists, trouble) = await secrets.FindAsync(login, cancel);
        if (trouble is not null) return PasswordResult.Unavailable(trouble);
        return await context.SignIns.Passwords.VerifyAsync(secret, password, exists, cancel) switch
        {
            true => PasswordResult.Right,
            false => PasswordResult.Wrong,
            null => PasswordResult.Unavailable("too many clients sign in at once"),
        };
    }
}
