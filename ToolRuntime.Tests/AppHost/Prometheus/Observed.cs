namespace ToolRuntime.Tests.AppHost.Prometheus;

/// <summary>Those who share the observed application take turns: one stops what another counts on.</summary>
[CollectionDefinition]
public sealed class Observed : ICollectionFixture<ObservedApp>;
