using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Tells this run of a process resource from others of the same name. The dashboard matches telemetry with a row by
/// <c>{service}-{instance}</c>, so the resource's id is made of the two.
/// </summary>
internal sealed class InstanceAnnotation : IResourceAnnotation
{
    public string Suffix { get; } = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 8);
}

internal static class InstanceExtensions
{
    public static string GetInstanceId(this IResource resource) =>
        resource.Annotations.OfType<InstanceAnnotation>().FirstOrDefault() is { } instance
            ? $"{resource.Name}-{instance.Suffix}"
            : resource.Name;
}
