using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>The parameters of one SMTP client service, read once. A reload makes new transports with new ones.</summary>
internal sealed class SmtpClientOptions(ConfigSnapshot config)
{
    public string MyHostname { get; } = config.Get(MainParameters.MyHostname);
    public string HeloName { get; } = config.Get(SmtpParameters.HeloName);
    public int DefaultPort { get; } = config.Get(SmtpParameters.TcpPort);
    public IPAddress BindAddress { get; } = config.Get(SmtpParameters.BindAddress);
    public IPAddress BindAddress6 { get; } = config.Get(SmtpParameters.BindAddress6);
    public bool AlwaysSendEhlo { get; } = config.Get(SmtpParameters.AlwaysSendEhlo);
    public bool NeverSendEhlo { get; } = config.Get(SmtpParameters.NeverSendEhlo);
    public SmtpExtensions DiscardKeywords { get; } = config.Get(SmtpParameters.DiscardEhloKeywords);
    public bool SendsAgainInDoubt { get; } = config.Get(QueueParameters.InDoubtAction) == Configuration.InDoubtAction.Retry;

    /// <summary>How often mail in doubt is sent again, over all attempts.</summary>
    public int InDoubtRetries { get; } = config.Get(QueueParameters.InDoubtRetries);
    public bool Skip5xxGreeting { get; } = config.Get(SmtpParameters.Skip5xxGreeting);
    public bool SkipQuitResponse { get; } = config.Get(SmtpParameters.SkipQuitResponse);
    public int LineLengthLimit { get; } = config.Get(SmtpParameters.LineLengthLimit);
    public int SessionLimit { get; } = config.Get(SmtpParameters.MxSessionLimit);
    public IReadOnlyList<string> FallbackRelays { get; } = config.Get(SmtpParameters.FallbackRelay);
    public string Relayhost { get; } = config.Get(RoutingParameters.Relayhost);
    public bool Sends8BitAnyway { get; } = config.Get(SmtpParameters.DisableMimeOutputConversion);
    public bool SendsDummyMailAuth { get; } = config.Get(SaslClientParameters.Smtp.SendDummyMailAuth);

    public TimeSpan MinimalBackoffTime { get; } = config.Get(QueueParameters.MinimalBackoffTime);
    public bool KeepsConnections { get; } = config.Get(SmtpParameters.ConnectionCacheOnDemand);
    public TimeSpan IdleLimit { get; } = config.Get(SmtpParameters.ConnectionCacheTimeLimit);
    public int ReuseCountLimit { get; } = config.Get(SmtpParameters.ConnectionReuseCountLimit);
    public TimeSpan ReuseTimeLimit { get; } = config.Get(SmtpParameters.ConnectionReuseTimeLimit);

    public TimeSpan ConnectTimeout { get; } = config.Get(SmtpParameters.ConnectTimeout);
    public TimeSpan HeloTimeout { get; } = config.Get(SmtpParameters.HeloTimeout);
    public TimeSpan MailTimeout { get; } = config.Get(SmtpParameters.MailTimeout);
    public TimeSpan RcptTimeout { get; } = config.Get(SmtpParameters.RcptTimeout);
    public TimeSpan DataInitTimeout { get; } = config.Get(SmtpParameters.DataInitTimeout);
    public TimeSpan DataXferTimeout { get; } = config.Get(SmtpParameters.DataXferTimeout);
    public TimeSpan DataDoneTimeout { get; } = config.Get(SmtpParameters.DataDoneTimeout);
    public TimeSpan RsetTimeout { get; } = config.Get(SmtpParameters.RsetTimeout);
    public TimeSpan QuitTimeout { get; } = config.Get(SmtpParameters.QuitTimeout);
    public TimeSpan StartTlsTimeout { get; } = config.Get(SmtpParameters.StartTlsTimeout);
}
