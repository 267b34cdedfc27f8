using System.Globalization;
using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>libpq's keywords that have a counterpart here: one row each.</summary>
internal static class ConnectionKeywords
{
    /// <summary>By name. Values that cannot be understood throw <see cref="FormatException"/> or <see cref="ArgumentException"/>.</summary>
    public static readonly IReadOnlyDictionary<string, Action<NpgsqlConnectionStringBuilder, string>> All =
        new Dictionary<string, Action<NpgsqlConnectionStringBuilder, string>>(StringComparer.Ordinal)
        {
            ["dbname"] = (builder, value) => builder.Database = value,
            ["user"] = (builder, value) => builder.Username = value,
            ["password"] = (builder, value) => builder.Password = value,
            ["passfile"] = (builder, value) => builder.Passfile = value,
            ["connect_timeout"] = (builder, value) => builder.Timeout = Number(value),
            ["application_name"] = (builder, value) => builder.ApplicationName = value,
            ["options"] = (builder, value) => builder.Options = value,
            ["sslmode"] = (builder, value) => builder.SslMode = SslModeOf(value),
            ["sslrootcert"] = (builder, value) => builder.RootCertificate = value,
            ["sslcert"] = (builder, value) => builder.SslCertificate = value,
            ["sslkey"] = (builder, value) => builder.SslKey = value,
            ["sslpassword"] = (builder, value) => builder.SslPassword = value,
            ["channel_binding"] = (builder, value) => builder.ChannelBinding = Enum.Parse<ChannelBinding>(value, ignoreCase: true),
            ["gssencmode"] = (builder, value) => builder.GssEncryptionMode = Enum.Parse<GssEncryptionMode>(value, ignoreCase: true),
            ["krbsrvname"] = (builder, value) => builder.KerberosServiceName = value,
            ["target_session_attrs"] = (builder, value) => builder.TargetSessionAttributes = value,
            ["keepalives"] = (builder, value) => builder.TcpKeepAlive = Number(value) != 0,
            ["keepalives_idle"] = (builder, value) => builder.TcpKeepAliveTime = Number(value),
            ["keepalives_interval"] = (builder, value) => builder.TcpKeepAliveInterval = Number(value),
        };

    /// <summary>Those whose values are names of files.</summary>
    public static readonly IReadOnlySet<string> Files = new HashSet<string>(StringComparer.Ordinal) { "passfile", "sslrootcert", "sslcert", "sslkey" };

    private static int Number(string value) => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture);

    private static SslMode SslModeOf(string value) => value switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw new FormatException(value),
    };
}
