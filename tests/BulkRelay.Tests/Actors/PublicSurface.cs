using System.Reflection;
using System.Text;

namespace BulkRelay.Tests.Actors;

/// <summary>The public and protected surface of an assembly as text: a line per type and, indented, a line per member, in order of name.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in Types(assembly))
        {
            text.Append(Declaration(type)).Append('\n');
            foreach (var member in Members(type).Select(Text).Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    public static IEnumerable<Type> Types(Assembly assembly) =>
        assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal);

    /// <summary>What code of other assemblies can name; accessors count with their property.</summary>
    public static IEnumerable<MemberInfo> Members(Type type) => type.GetMembers(Declared).Where(member => member switch
    {
        MethodBase method => IsVisible(method) && (!method.IsSpecialName || method.IsConstructor || method.Name.StartsWith("op_", StringComparison.Ordinal)),
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        _ => false,
    });

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Declaration(Type type)
    {
        var kind = type switch
        {
            { IsInterface: true } => "interface ",
            { IsEnum: true } => "enum ",
            { IsAbstract: true, IsSealed: true } => "static class ",
            { BaseType: var parent } when parent == typeof(MulticastDelegate) => "delegate ",
            { IsAbstract: true } => "abstract class ",
            { IsSealed: true } => "sealed class ",
            _ => "class ",
        };
        var bases = type.GetInterfaces().Where(i => i.IsPublic && i.Name is not ("ISerializable" or "ICloneable")).Select(Name).Order(StringComparer.Ordinal).ToList();
        if (type.BaseType is { } parentType && parentType != typeof(object))
            bases.Insert(0, Name(parentType));
        return kind + Name(type) + (type.IsEnum || bases.Count == 0 ? "" : " : " + string.Join(", ", bases));
    }

    private static string Text(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"{Access(constructor)} new({Parameters(constructor)})",
        MethodInfo method => $"{Access(method)} {Name(method.ReturnType)} {method.Name}{Generics(method)}({Parameters(method)})",
        PropertyInfo property => $"{Access(property.GetAccessors(nonPublic: true).First(IsVisible))} {Name(property.PropertyType)} {property.Name} " +
            $"{{ {string.Join(' ', property.GetAccessors(nonPublic: true).Where(IsVisible).Select(a => a.Name[..3] + ';'))} }}",
        FieldInfo { IsLiteral: true } field => $"{field.Name} = {field.GetRawConstantValue()}",
        FieldInfo field => $"public {(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Name(field.FieldType)} {field.Name}",
        _ => throw new ArgumentException(member.ToString(), nameof(member)),
    };

    private static string Access(MethodBase method)
    {
        var modifier = method switch
        {
            { DeclaringType.IsInterface: true } => "",
            { IsStatic: true } => " static",
            { IsAbstract: true } => " abstract",
            { IsVirtual: true, IsFinal: false } when ((MethodInfo)method).GetBaseDefinition() != method => " override",
            { IsVirtual: true, IsFinal: false } => " virtual",
            _ => "",
        };
        return (method.IsPublic ? "public" : "protected") + modifier;
    }

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
        $"{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {p.DefaultValue ?? "null"}" : "")}"));

    private static string Name(Type type)
    {
        if (type == typeof(void))
            return "void";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        var name = type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        return type.IsGenericType
            ? $"{name[..name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : name;
    }
}
