using System.Net.Sockets;
using BulkRelay.Core.Queue.Store.Writing;
using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>PostgreSQL has refused a statement, or cannot be reached. The message never holds a password.</summary>
internal sealed class PostgresErrorException(NpgsqlException cause, string place) : DatabaseErrorException($"{place}: {Describe(cause)}", cause)
{
    private readonly string _state = cause.SqlState ?? "";

    /// <inheritdoc/>
    public override bool IsFull => _state == PostgresErrorCodes.DiskFull;

    /// <summary>A value that does not fit its type (22), a key that is there already (23), a row that is too large (54).</summary>
    public override bool IsBadValue =>
        _state.StartsWith("22", StringComparison.Ordinal) || _state.StartsWith("23", StringComparison.Ordinal)
        || _state.StartsWith("54", StringComparison.Ordinal);

    /// <summary>
    /// True if the server has said no to the transaction: it is rolled back then. Anything else leaves open whether it was committed, a
    /// server that says goodbye (57P01 and its kin, which end the session) included.
    /// </summary>
    public static bool IsRefusal(NpgsqlException error) =>
        error is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>True if another connection may succeed where this one did not.</summary>
    public static bool IsOfConnection(NpgsqlException error) => error.SqlState is not { } state
        || state.StartsWith("08", StringComparison.Ordinal)
        || state.StartsWith("53", StringComparison.Ordinal)
        || state.StartsWith("57P", StringComparison.Ordinal);

    private static string Describe(NpgsqlException cause) => cause switch
    {
        PostgresException refused => $"{refused.MessageText} (SQLSTATE {refused.SqlState})",
        { InnerException: SocketException inner } when cause.Message.IndexOf(" /", StringComparison.Ordinal) is > 0 and var path =>
            $"{cause.Message} ({UnixSocket.Text(inner, cause.Message[(path + 1)..])})",
        { InnerException: { } inner } => $"{cause.Message} ({inner.Message})",
        _ => cause.Message,
    };
}
