using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Authentication.ExtendedProtection;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>The channel bindings of a TLS connection (RFC 5929), in the shape in which MailKit's mechanisms ask for them.</summary>
internal class ChannelBindings : DispatchProxy
{
    /// <summary>The interface, which MailKit keeps to itself.</summary>
    public const string Contract = "MailKit.Net.IChannelBindingContext, MailKit";

    /// <summary>The octets of a binding stand behind a structure of the system (SEC_CHANNEL_BINDINGS) and their kind's name with a colon.</summary>
    private const int HeaderLength = 32;

    private static readonly Type ContractType = Type.GetType(Contract, throwOnError: true)!;

    private TransportContext? _tls;

    /// <summary>An object that has MailKit's interface.</summary>
    public static object Of(TransportContext tls)
    {
        var proxy = (ChannelBindings)Create(ContractType, typeof(ChannelBindings));
        proxy._tls = tls;
        return proxy;
    }

    /// <summary>The octets of a binding; null if the connection has none of that kind.</summary>
    public static byte[]? Token(ChannelBinding? binding)
    {
        if (binding is not { IsInvalid: false } || binding.Size <= HeaderLength) return null;
        var octets = new byte[binding.Size - HeaderLength];
        Marshal.Copy(binding.DangerousGetHandle() + HeaderLength, octets, 0, octets.Length);
        return octets[(octets.IndexOf((byte)':') + 1)..];
    }

    /// <summary>Two methods, each with a kind and a place for the result: the binding, or its octets.</summary>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var binding = _tls!.GetChannelBinding((ChannelBindingKind)args![0]!);
        args[1] = targetMethod!.Name == "TryGetChannelBindingToken" ? Token(binding) : binding;
        return args[1] is not null;
    }
}
