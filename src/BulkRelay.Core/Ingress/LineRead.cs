namespace BulkRelay.Core.Ingress;

/// <summary>The outcome of an attempt to take a line.</summary>
internal enum LineRead
{
    /// <summary>The line is not complete yet.</summary>
    NeedMore,

    /// <summary>Here it is.</summary>
    Line,

    /// <summary>It was longer than allowed and is gone.</summary>
    TooLong,

    /// <summary>It does not end.</summary>
    Endless,
}
