using System.Collections;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Protocol;
using Google.Protobuf.WellKnownTypes;
using Resource = Aspire.Hosting.Dashboard.Protocol.Resource;

namespace Aspire.Hosting.Dashboard;

/// <summary>Says a snapshot in the dashboard's words.</summary>
internal static class ResourceMapping
{
    public static Resource ToProtocol(ResourceEvent update)
    {
        var snapshot = update.Snapshot;

        // The dashboard fails on a resource without name, display name, uid or time of creation.
        var resource = new Resource
        {
            Name = update.ResourceId,
            ResourceType = snapshot.ResourceType,
            DisplayName = update.Resource.Name,
            Uid = update.ResourceId,
            CreatedAt = ToTimestamp(snapshot.CreationTimeStamp ?? DateTime.UnixEpoch),
            StartedAt = snapshot.StartTimeStamp is { } started ? ToTimestamp(started) : null,
            StoppedAt = snapshot.StopTimeStamp is { } stopped ? ToTimestamp(stopped) : null,
            IsHidden = snapshot.IsHidden,
        };
        if (snapshot.State is { Text.Length: > 0 } state)
        {
            resource.State = state.Text;
            if (state.Style is { } style)
            {
                resource.StateStyle = style;
            }
        }

        resource.Environment.AddRange(snapshot.EnvironmentVariables.Select(ToProtocol));
        resource.Urls.AddRange(snapshot.Urls.Select(ToProtocol));
        resource.Commands.AddRange(snapshot.Commands.Select(ToProtocol));
        resource.HealthReports.AddRange(snapshot.HealthReports.Select(ToProtocol));
        resource.Relationships.AddRange(snapshot.Relationships.Select(relationship =>
            new ResourceRelationship { ResourceName = relationship.ResourceName, Type = relationship.Type }));
        resource.Properties.AddRange(Properties(update));
        return resource;
    }

    private static IEnumerable<ResourceProperty> Properties(ResourceEvent update)
    {
        var snapshot = update.Snapshot;
        var properties = snapshot.Properties.Select(property => new ResourceProperty
        {
            Name = property.Name,
            Value = ToValue(property.Value),
            IsSensitive = property.IsSensitive,
        });
        if (snapshot.ExitCode is { } exitCode)
        {
            properties = properties.Append(new ResourceProperty { Name = "resource.exitCode", Value = ToValue(exitCode) });
        }

        if (ParentOf(update.Resource) is { } parent)
        {
            properties = properties.Append(new ResourceProperty { Name = "resource.parentName", Value = ToValue(parent.GetInstanceId()) });
        }

        return properties;
    }

    private static IResource? ParentOf(IResource resource) => resource is IResourceWithParent child
        ? child.Parent
        : resource.Annotations.OfType<ResourceRelationshipAnnotation>().LastOrDefault(relationship => relationship.Type == "Parent")?.Resource;

    private static Protocol.EnvironmentVariable ToProtocol(EnvironmentVariableSnapshot variable)
    {
        var result = new Protocol.EnvironmentVariable { Name = variable.Name, IsFromSpec = variable.IsFromSpec };
        if (variable.Value is { } value)
        {
            result.Value = value;
        }

        return result;
    }

    private static Url ToProtocol(UrlSnapshot url)
    {
        var result = new Url
        {
            FullUrl = url.Url,
            IsInternal = url.IsInternal,
            IsInactive = url.IsInactive,
            DisplayProperties = new UrlDisplayProperties
            {
                DisplayName = url.DisplayProperties.DisplayName,
                SortOrder = url.DisplayProperties.SortOrder,
            },
        };
        if (url.Name is { } name)
        {
            result.EndpointName = name;
        }

        return result;
    }

    private static ResourceCommand ToProtocol(ResourceCommandSnapshot command)
    {
        var result = new ResourceCommand
        {
            Name = command.Name,
            DisplayName = command.DisplayName,
            IsHighlighted = command.IsHighlighted,
            State = (Protocol.ResourceCommandState)(int)command.State,
        };
        if (command.ConfirmationMessage is { } confirmation)
        {
            result.ConfirmationMessage = confirmation;
        }

        if (command.IconName is { } icon)
        {
            result.IconName = icon;
        }

        if (command.DisplayDescription is { } description)
        {
            result.DisplayDescription = description;
        }

        return result;
    }

    private static HealthReport ToProtocol(HealthReportSnapshot report)
    {
        var result = new HealthReport
        {
            Key = report.Name,
            Description = report.Description ?? "",
            Exception = report.ExceptionText ?? "",
            LastRunAt = report.LastRunAt is { } run ? ToTimestamp(run) : null,
        };
        if (report.Status is { } status)
        {
            result.Status = status switch
            {
                Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy => HealthStatus.Healthy,
                Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Degraded => HealthStatus.Degraded,
                _ => HealthStatus.Unhealthy,
            };
        }

        return result;
    }

    private static Value ToValue(object? value) => value switch
    {
        null => Value.ForNull(),
        string text => Value.ForString(text),
        bool flag => Value.ForBool(flag),
        int or long or double => Value.ForNumber(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        IEnumerable items => Value.ForList([.. items.Cast<object?>().Select(ToValue)]),
        _ => Value.ForString(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };

    private static Timestamp ToTimestamp(DateTime time) => Timestamp.FromDateTime(time.ToUniversalTime());
}
