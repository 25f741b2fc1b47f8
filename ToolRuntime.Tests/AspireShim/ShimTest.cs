using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace ToolRuntime.Tests.AspireShim;

/// <summary>Every wait in these tests has a deadline.</summary>
public abstract class ShimTest : IDisposable
{
    private readonly CancellationTokenSource _deadline =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    protected ShimTest() => _deadline.CancelAfter(TimeSpan.FromSeconds(60));

    private protected CancellationToken Deadline => _deadline.Token;

    public void Dispose()
    {
        _deadline.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static CustomResourceSnapshot SnapshotOf(DistributedApplication app, string name) =>
        app.ResourceNotifications.TryGetCurrentState(name, out var current)
            ? current.Snapshot
            : throw new InvalidOperationException($"Nothing is known of '{name}'.");

    private protected async Task<DistributedApplication> StartAsync(IDistributedApplicationTestingBuilder builder)
    {
        var app = await builder.BuildAsync(Deadline);
        await app.StartAsync(Deadline);
        return app;
    }

    private protected async Task<ServerInfo> AskAsync(DistributedApplication app, string name)
    {
        using var client = app.CreateHttpClient(name, "http");
        return JsonSerializer.Deserialize<ServerInfo>(
            await client.GetStringAsync(new Uri("/", UriKind.Relative), Deadline), JsonSerializerOptions.Web)!;
    }

    private protected async Task<List<string>> LinesAsync(DistributedApplication app, string name, Func<List<string>, bool> enough)
    {
        app.ResourceNotifications.TryGetCurrentState(name, out var current);
        var loggers = app.Services.GetRequiredService<ResourceLoggerService>();
        var lines = new List<string>();
        await foreach (var batch in loggers.WatchAsync(current!.ResourceId).WithCancellation(Deadline))
        {
            lines.AddRange(batch.Select(line => line.Content));
            if (enough(lines))
            {
                break;
            }
        }

        return lines;
    }
}

internal sealed record ServerInfo(int Pid, int Port, Dictionary<string, string> Env);
