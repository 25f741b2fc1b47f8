using System.Collections.Immutable;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a resource's annotations say about its snapshot.</summary>
internal static class InitialSnapshot
{
    public static CustomResourceSnapshot Of(IResource resource, DateTime now)
    {
        var given = resource.Annotations.OfType<ResourceSnapshotAnnotation>().LastOrDefault()?.InitialSnapshot
            ?? new CustomResourceSnapshot { ResourceType = TypeOf(resource), Properties = PropertiesOf(resource) };
        return given with
        {
            CreationTimeStamp = given.CreationTimeStamp ?? now,
            HealthReports = [.. resource.Annotations.OfType<HealthCheckAnnotation>()
                .Select(check => new HealthReportSnapshot(check.Key, null, null, null))],
            Relationships = [.. given.Relationships, .. Relationships(resource)],
        };
    }

    public static CustomResourceSnapshot WithCommands(
        CustomResourceSnapshot snapshot, IResource resource, IServiceProvider services)
    {
        var context = new UpdateCommandStateContext { ResourceSnapshot = snapshot, Services = services };
        return snapshot with
        {
            Commands = [.. resource.Annotations.OfType<ResourceCommandAnnotation>().Select(command => new ResourceCommandSnapshot(
                command.Name,
                command.UpdateState(context),
                command.DisplayName,
                command.DisplayDescription,
                command.Parameter,
                command.ConfirmationMessage,
                command.IconName,
                command.IconVariant,
                command.IsHighlighted))],
        };
    }

    // The dashboard shows a project's file as its source, and an executable's program.
    private static ImmutableArray<ResourcePropertySnapshot> PropertiesOf(IResource resource) =>
        resource is ProjectResource project ? [new("project.path", project.GetProjectMetadata().ProjectPath)] : [];

    private static string TypeOf(IResource resource)
    {
        const string Suffix = "Resource";
        var type = resource switch
        {
            ProjectResource => "Project",
            ExecutableResource => "Executable",
            ContainerResource => "Container",
            _ => resource.GetType().Name,
        };
        return type.EndsWith(Suffix, StringComparison.Ordinal) ? type[..^Suffix.Length] : type;
    }

    private static ImmutableArray<RelationshipSnapshot> Relationships(IResource resource)
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>()
            .Select(wait => new RelationshipSnapshot(wait.Resource.Name, "WaitFor"));
        var said = resource.Annotations.OfType<ResourceRelationshipAnnotation>()
            .Select(relationship => new RelationshipSnapshot(relationship.Resource.Name, relationship.Type));
        var parent = resource is IResourceWithParent child ? [new RelationshipSnapshot(child.Parent.Name, "Parent")] : Array.Empty<RelationshipSnapshot>();
        return [.. waits.Concat(said).Concat(parent).Distinct()];
    }
}
