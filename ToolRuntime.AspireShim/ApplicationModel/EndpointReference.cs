namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource's endpoint, which may not have its address yet.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IExpressionValue, IValueWithReferences
{
    public IResourceWithEndpoints Resource => owner;

    public string EndpointName => endpointName;

    public bool Exists => Find() is not null;

    public bool IsAllocated => Find()?.AllocatedEndpoint is not null;

    public EndpointAnnotation EndpointAnnotation => Find()
        ?? throw new InvalidOperationException($"Resource '{owner.Name}' has no endpoint named '{endpointName}'.");

    public int Port => Allocated.Port;

    public string Host => Allocated.Address;

    public string Scheme => EndpointAnnotation.UriScheme;

    public string Url => Allocated.UriString;

    string IManifestExpressionProvider.ValueExpression => $"{{{owner.Name}.bindings.{endpointName}.url}}";

    IEnumerable<object> IValueWithReferences.References => [owner];

    private AllocatedEndpoint Allocated => EndpointAnnotation.AllocatedEndpoint
        ?? throw new InvalidOperationException($"Endpoint '{endpointName}' of resource '{owner.Name}' has no address yet.");

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        Property(EndpointProperty.Url).GetValueAsync(cancellationToken);

    private EndpointAnnotation? Find() => owner.Annotations.OfType<EndpointAnnotation>()
        .FirstOrDefault(endpoint => string.Equals(endpoint.Name, endpointName, StringComparison.OrdinalIgnoreCase));
}

/// <summary>One part of an endpoint's address.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property)
    : IExpressionValue, IValueWithReferences
{
    public EndpointReference Endpoint => endpointReference;

    public EndpointProperty Property => property;

    public string ValueExpression =>
        $"{{{Endpoint.Resource.Name}.bindings.{Endpoint.EndpointName}.{property.ToString().ToLowerInvariant()}}}";

    IEnumerable<object> IValueWithReferences.References => [endpointReference];

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var allocated = await endpointReference.EndpointAnnotation.WhenAllocated.WaitAsync(cancellationToken);
        return property switch
        {
            EndpointProperty.Url => allocated.UriString,
            EndpointProperty.Host => allocated.Address,
            EndpointProperty.IPV4Host => "127.0.0.1",
            EndpointProperty.Port => FormattableString.Invariant($"{allocated.Port}"),
            EndpointProperty.Scheme => allocated.UriScheme,
            EndpointProperty.TargetPort => allocated.TargetPortExpression ?? FormattableString.Invariant($"{allocated.Port}"),
            EndpointProperty.HostAndPort => allocated.EndPointString,
            _ => throw new NotSupportedException($"Endpoint property {property}."),
        };
    }
}

public enum EndpointProperty
{
    Url = 0,
    Host = 1,
    IPV4Host = 2,
    Port = 3,
    Scheme = 4,
    TargetPort = 5,
    HostAndPort = 6,
}
