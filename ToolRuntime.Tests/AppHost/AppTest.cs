namespace ToolRuntime.Tests.AppHost;

/// <summary>A test against the one running application.</summary>
public abstract class AppTest(RunningApp app) : IAsyncLifetime
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected RunningApp App => app;

    public virtual async ValueTask InitializeAsync() => await app.EnsureStartedAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
