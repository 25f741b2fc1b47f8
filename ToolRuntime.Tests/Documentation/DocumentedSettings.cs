using System.Collections;
using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ToolRuntime.Tests.Documentation;

/// <summary>Settings as the code has them, by the names and in the words that a page of documentation has for them.</summary>
internal static class DocumentedSettings
{
    private const string SectionField = "Section";

    /// <summary>Those of every class in an assembly that says which section it is for.</summary>
    public static List<(string Name, string Default)> Of(Assembly assembly) =>
    [
        .. assembly.GetTypes()
            .Select(type => (Type: type, Section: type.GetField(SectionField, BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)))
            .Where(found => found.Section is { IsLiteral: true } && found.Type.GetConstructor(Type.EmptyTypes) is not null)
            .SelectMany(found => Of((string)found.Section!.GetRawConstantValue()!, Activator.CreateInstance(found.Type)!)),
    ];

    public static IEnumerable<(string Name, string Default)> Of(string section, object settings) =>
        settings.GetType().GetProperties().Where(IsSetting).SelectMany(property =>
        {
            var name = $"{section}:{property.Name}";
            var value = property.GetValue(settings);
            return value switch
            {
                IDictionary => Of($"{name}:<{Placeholder(property)}>", Activator.CreateInstance(property.PropertyType.GenericTypeArguments[1])!),
                null or string or IEnumerable => [(name, Text(value))],
                _ when property.PropertyType.IsClass => Of(name, value),
                _ => [(name, Text(value))],
            };
        });

    private static bool IsSetting(PropertyInfo property) =>
        (property.CanWrite
            || typeof(IDictionary).IsAssignableFrom(property.PropertyType)
            || property.PropertyType == typeof(Http2Limits)
            || property.DeclaringType == typeof(MinDataRate))
        && property.Name is not "EqualityContract" and not "Http3";

    private static string Placeholder(PropertyInfo property) => property.Name == "Rules" ? "id pattern" : "name";

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        IEnumerable list when !list.Cast<object>().Any() => "",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"{value.GetType()} is no setting's value."),
    };
}
