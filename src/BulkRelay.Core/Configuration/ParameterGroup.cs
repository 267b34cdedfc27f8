using System.Globalization;

namespace BulkRelay.Core.Configuration;

/// <summary>
/// The parameters of one part of the relay, in the order in which they are declared. Usage, one static class per part in
/// <c>Configuration/Parameters</c>, and one row per group in <see cref="ParameterCatalog"/>:
/// <code>
/// public static class SmtpdParameters
/// {
///     public static readonly ParameterGroup Group = new("SMTP server");
///     public static readonly Parameter&lt;int&gt; SmtpdRecipientLimit = Group.Int("smtpd_recipient_limit", "1000", "…", min: 1);
/// }
/// </code>
/// </summary>
public sealed class ParameterGroup(string title)
{
    /// <summary>The longest time of a timer: the system counts milliseconds in 32 bits, which is 49 days and some hours.</summary>
    internal static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    /// <summary>For times that become no timer, as they are only compared or looked at from time to time.</summary>
    internal static readonly TimeSpan AnyTime = TimeSpan.MaxValue;

    private readonly List<Parameter> _parameters = [];
    private readonly List<TransportParameter> _perTransport = [];

    /// <summary>Heading in the reference page.</summary>
    public string Title { get; } = title;

    /// <summary>All parameters declared so far.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>Those of <see cref="Parameters"/> that each transport can set for itself.</summary>
    public IReadOnlyList<TransportParameter> TransportParameters => _perTransport;

    /// <summary>Free text. Lists that are matched later (access lists, table lists) are texts too.</summary>
    public Parameter<string> Text(string name, string defaultText, string doc, bool own = false) =>
        Add(new Parameter<string>(name, defaultText, "", "", doc, own, ParameterParsers.Text));

    /// <summary>The name of a file or a folder; a relative one counts from the folder of the configuration.</summary>
    /// <param name="name">The name of the parameter.</param>
    /// <param name="defaultText">The default; empty for none.</param>
    /// <param name="doc">What it does.</param>
    /// <param name="own">True for a parameter that Postfix does not have.</param>
    /// <param name="wordForNone">A word that may stand in place of a file.</param>
    public Parameter<string> File(string name, string defaultText, string doc, bool own = false, string wordForNone = "") =>
        Add(new Parameter<string>(name, defaultText, "", "", doc, own, ParameterParsers.Text)
        {
            NamesFiles = true,
            WordForNoFile = wordForNone,
        });

    /// <summary>Names of files, as in <see cref="List"/>, each as in <see cref="File"/>.</summary>
    public Parameter<IReadOnlyList<string>> Files(string name, string defaultText, string doc) =>
        Add(new Parameter<IReadOnlyList<string>>(name, defaultText, "", "", doc, false, ParameterParsers.List) { NamesFiles = true });

    /// <summary><c>yes</c> or <c>no</c>, as Postfix reads it.</summary>
    public Parameter<bool> Bool(string name, string defaultText, string doc, bool own = false) =>
        Add(new Parameter<bool>(name, defaultText, "", "yes, no", doc, own, ParameterParsers.Bool));

    /// <summary>A whole number within the bounds.</summary>
    public Parameter<int> Int(string name, string defaultText, string doc, int min = 0, int max = int.MaxValue, string unit = "", bool own = false) =>
        Add(new Parameter<int>(name, defaultText, unit, Bounds(min, max, int.MaxValue), doc, own, ParameterParsers.Int(min, max)));

    /// <summary>A size in bytes (64 bits) within the bounds.</summary>
    public Parameter<long> Size(string name, string defaultText, string doc, long min = 0, long max = long.MaxValue, bool own = false) =>
        Add(new Parameter<long>(name, defaultText, "bytes", Bounds(min, max, long.MaxValue), doc, own, ParameterParsers.Long(min, max)));

    /// <summary>
    /// A time: a number and a unit <c>s m h d w</c>. <paramref name="unit"/> is the one that a bare number counts, as in
    /// Postfix's time_param conversion: it is the unit of the parameter's default, not always seconds. Without a <paramref name="max"/> it
    /// is no longer than a timer can be.
    /// </summary>
    public Parameter<TimeSpan> Time(
        string name, string defaultText, string doc, char unit = 's', TimeSpan min = default, TimeSpan? max = null, bool own = false)
    {
        var most = max ?? LongestTimer;
        var range = most == AnyTime ? "" : $"up to {ParameterParsers.TimeText(most)}";
        return Add(new Parameter<TimeSpan>(
            name, defaultText, ParameterParsers.TimeUnitName(unit), range, doc, own, ParameterParsers.Time(unit, min, most)));
    }

    /// <summary>One of a fixed set of words, mapped to <typeparamref name="T"/>; the words are matched without case.</summary>
    public Parameter<T> Choice<T>(string name, string defaultText, string doc, IReadOnlyDictionary<string, T> words, bool own = false) where T : notnull =>
        Add(new Parameter<T>(name, defaultText, "", string.Join(", ", words.Keys), doc, own, ParameterParsers.Choice(words)));

    /// <summary>Words separated by blanks or commas, in order; <c>{ … }</c> keeps what is inside together.</summary>
    public Parameter<IReadOnlyList<string>> List(string name, string defaultText, string doc, bool own = false) =>
        Add(new Parameter<IReadOnlyList<string>>(name, defaultText, "", "", doc, own, ParameterParsers.List));

    /// <summary>A value with a parser of its own.</summary>
    public Parameter<T> Custom<T>(string name, string defaultText, string doc, ParameterParser<T> parse, string range = "", string unit = "", bool own = false) where T : notnull =>
        Add(new Parameter<T>(name, defaultText, unit, range, doc, own, parse));

    /// <summary>
    /// Lets each transport have its own value of <paramref name="defaultParameter"/>, under the transport's name and
    /// <paramref name="suffix"/> (which starts with an underscore).
    /// </summary>
    public TransportParameter<T> PerTransport<T>(string suffix, Parameter<T> defaultParameter) where T : notnull
    {
        var parameter = new TransportParameter<T>(suffix, defaultParameter);
        _perTransport.Add(parameter);
        return parameter;
    }

    private Parameter<T> Add<T>(Parameter<T> parameter) where T : notnull
    {
        _parameters.Add(parameter);
        return parameter;
    }

    private static string Bounds(long min, long max, long unlimited) =>
        string.Create(CultureInfo.InvariantCulture, $"{min} {(max == unlimited ? "or more" : $"to {max}")}");
}
