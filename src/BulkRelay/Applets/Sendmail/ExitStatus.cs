namespace BulkRelay.Server.Applets.Sendmail;

/// <summary>The exit statuses that programs which call <c>sendmail</c> understand (sysexits.h).</summary>
internal static class ExitStatus
{
    public const int Done = 0;

    /// <summary>The command line is wrong (EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>The message or an address is wrong (EX_DATAERR).</summary>
    public const int Data = 65;

    /// <summary>The user may not do this (EX_NOPERM).</summary>
    public const int NoPermission = 77;

    /// <summary>Another time it may work (EX_TEMPFAIL).</summary>
    public const int TryAgain = 75;
}
