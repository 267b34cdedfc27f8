using System.Globalization;

namespace BulkRelay.Core.Configuration;

/// <summary>How the amount of a <see cref="ConcurrencyFeedback"/> depends on the window of the destination.</summary>
public enum FeedbackForm
{
    /// <summary><c>N</c> or <c>N/M</c>: always the same.</summary>
    Constant,

    /// <summary><c>N/concurrency</c>: divided by the window.</summary>
    PerConcurrency,

    /// <summary><c>N/sqrt_concurrency</c>: divided by the square root of the window. Postfix documents it and does not accept it.</summary>
    PerSquareRoot,
}

/// <summary>
/// By how much one success or failure changes the concurrency of a destination, as in Postfix's SCHEDULER_README:
/// <c>1</c>, <c>1/4</c>, <c>1/concurrency</c>. The number before a window form, and the value of a constant form, lie between 0 and 1.
/// </summary>
public readonly record struct ConcurrencyFeedback(double Amount, FeedbackForm Form)
{
    /// <summary>The amount at a window of that many deliveries (1 or more).</summary>
    public double At(int window) => Form switch
    {
        FeedbackForm.PerConcurrency => Amount / window,
        FeedbackForm.PerSquareRoot => Amount / Math.Sqrt(window),
        _ => Amount,
    };

    /// <summary>Reads <c>number</c>, <c>number/number</c>, <c>number/concurrency</c> or <c>number/sqrt_concurrency</c>.</summary>
    public static ConcurrencyFeedback Parse(string value, out string? fault)
    {
        fault = null;
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        var divisor = slash < 0 ? "1" : value[(slash + 1)..].Trim();
        if (TryNumber(slash < 0 ? value : value[..slash], out var amount))
        {
            var form = FormOf(divisor);
            if (form == FeedbackForm.Constant) amount = TryNumber(divisor, out var by) && by > 0 ? amount / by : double.NaN;
            if (amount is >= 0 and <= 1) return new(amount, form);
        }
        fault = $"bad feedback '{value}': use a number between 0 and 1, such as 1, 1/4 or 1/concurrency";
        return default;
    }

    private static FeedbackForm FormOf(string divisor) => divisor.ToLowerInvariant() switch
    {
        "concurrency" => FeedbackForm.PerConcurrency,
        "sqrt_concurrency" => FeedbackForm.PerSquareRoot,
        _ => FeedbackForm.Constant,
    };

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
}
