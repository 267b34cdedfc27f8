using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace BulkRelay.Actors;

/// <summary>
/// How to create an actor: its constructor and the arguments. Immutable; usable for any number of actors.
/// </summary>
public sealed class Props
{
    private static readonly ConcurrentDictionary<ConstructorInfo, ConstructorInvoker> Constructors = new();

    private readonly ConstructorInvoker _constructor;
    private readonly object?[] _arguments;

    private Props(ConstructorInvoker constructor, object?[] arguments)
    {
        _constructor = constructor;
        _arguments = arguments;
    }

    /// <summary>
    /// From <c>() => new T(a, b)</c>. The arguments are evaluated once, now: a restarted actor gets the same objects again, so they
    /// should be immutable.
    /// </summary>
    /// <exception cref="ArgumentException">The expression is anything else than a plain call of a public constructor.</exception>
    public static Props Create<TActor>(Expression<Func<TActor>> factory) where TActor : ActorBase
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (factory.Body is not NewExpression { Constructor: { } constructor } creation)
            throw new ArgumentException("The create function must be a 'new T (args)' expression", nameof(factory));
        if (!constructor.IsPublic)
            throw new ArgumentException($"{typeof(TActor).Name}: the constructor of an actor must be public", nameof(factory));
        var arguments = new object?[creation.Arguments.Count];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = Evaluate(creation.Arguments[i]);
        return new Props(Constructors.GetOrAdd(constructor, ConstructorInvoker.Create), arguments);
    }

    internal ActorBase NewActor()
    {
        try
        {
            return (ActorBase)_constructor.Invoke(_arguments.AsSpan());
        }
        catch (TargetInvocationException e) when (e.InnerException is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);
            throw;
        }
    }

    /// <summary>
    /// Locals and fields, by far the most frequent arguments, are read directly: compiling an expression costs 1,000 times as much.
    /// </summary>
    private static object? Evaluate(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo field } member => field.GetValue(Instance(member)),
        MemberExpression { Member: PropertyInfo property } member =>
            property.GetValue(Instance(member), BindingFlags.DoNotWrapExceptions, null, null, null),
        _ => Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object))).Compile(preferInterpretation: true)(),
    };

    private static object? Instance(MemberExpression member) => member.Expression is null ? null : Evaluate(member.Expression);
}
