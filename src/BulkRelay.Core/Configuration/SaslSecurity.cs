namespace BulkRelay.Core.Configuration;

/// <summary>What a mechanism can promise, in the words of <c>smtp_sasl_security_options</c> and <c>smtpd_sasl_security_options</c>.</summary>
[Flags]
public enum SaslSecurity
{
    None = 0,

    /// <summary>The secret itself is not sent.</summary>
    NoPlaintext = 1,

    /// <summary>Who stands between the two sides and changes what they say gains nothing.</summary>
    NoActive = 2,

    /// <summary>Who listens cannot try words until one fits.</summary>
    NoDictionary = 4,

    /// <summary>Nobody is let in without a name.</summary>
    NoAnonymous = 8,

    /// <summary>The server proves that it knows the secret as well.</summary>
    MutualAuth = 16,

    /// <summary>A secret that gets known later does not open what was heard before.</summary>
    ForwardSecrecy = 32,
}
