namespace BulkRelay.Core.Ingress;

/// <summary>What the actors of ingress tell each other, from the top down.</summary>
public static class IngressProtocol
{
    /// <summary>
    /// Take no new clients, let transactions that are under way end, send the idle away with 421, then stop. What lasts longer than
    /// <c>smtpd_stop_time_limit</c> is cut off.
    /// </summary>
    public sealed record Drain
    {
        /// <summary>The only one.</summary>
        public static readonly Drain Instance = new();

        private Drain() { }
    }

    /// <summary>The service is overloaded: from now on this policy's times hold for what the client takes.</summary>
    internal sealed record Hurry(SmtpdPolicy Policy);
}
