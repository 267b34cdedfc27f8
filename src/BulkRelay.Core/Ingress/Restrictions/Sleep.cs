using System.Globalization;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>sleep seconds</c>: makes the client wait as long as it is there, and decides nothing.</summary>
internal sealed class Sleep(TimeSpan time) : IRestriction
{
    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        await request.PauseAsync(time);
        return Verdict.Dunno;
    }

    /// <summary>The row of the table.</summary>
    public static RestrictionKind Kind { get; } = new("sleep", (_, seconds) => new Sleep(Read(seconds)!.Value), TakesArgument: true)
    {
        CheckArgument = seconds => Read(seconds) is null ? "must be followed by number" : null,
    };

    private static TimeSpan? Read(string seconds) =>
        ushort.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? TimeSpan.FromSeconds(number) : null;
}
