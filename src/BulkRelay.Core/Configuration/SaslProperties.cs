namespace BulkRelay.Core.Configuration;

/// <summary>What a mechanism is open to and what it gives: the words of <c>smtpd_sasl_security_options</c>.</summary>
[Flags]
public enum SaslProperties
{
    None = 0,

    /// <summary>The password travels as it is (<c>noplaintext</c> forbids that).</summary>
    PlainText = 1,

    /// <summary>Someone in between can take the session over (<c>noactive</c>).</summary>
    Active = 2,

    /// <summary>Who listens can try passwords on what he heard (<c>nodictionary</c>).</summary>
    Dictionary = 4,

    /// <summary>Nobody in particular signs in (<c>noanonymous</c>).</summary>
    Anonymous = 8,

    /// <summary>A secret that gets known later does not open what was heard before (<c>forward_secrecy</c> demands that).</summary>
    ForwardSecrecy = 16,

    /// <summary>The server proves who it is, too (<c>mutual_auth</c>).</summary>
    MutualAuth = 32,
}
