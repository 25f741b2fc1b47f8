using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// Runs an AppHost's entry point on a thread of its own for a test, and lends the test the builder at the moment of
/// <c>Build()</c> and the application after it.
/// </summary>
internal sealed class AppHostRun
{
    private static readonly AsyncLocal<AppHostRun?> Ambient = new();

    private readonly Assembly _appHost;
    private readonly string[] _args;
    private readonly Action<DistributedApplicationOptions, HostApplicationBuilderSettings> _configure;
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _builder = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _application = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _buildRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AppHostRun(
        Assembly appHost, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        _appHost = appHost;
        _args = args;
        _configure = configure;
    }

    /// <summary>The run that the calling code is part of, if a test started it.</summary>
    public static AppHostRun? Current => Ambient.Value;

    public Task<DistributedApplicationBuilder> Builder => _builder.Task;

    public Task Finished => _finished.Task;

    public static AppHostRun Start(
        Assembly appHost, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        var entryPoint = appHost.EntryPoint
            ?? throw new InvalidOperationException($"{appHost.GetName().Name} has no entry point.");
        var run = new AppHostRun(appHost, args, configure);
        new Thread(() => run.Invoke(entryPoint)) { IsBackground = true, Name = $"{appHost.GetName().Name} entry point" }.Start();
        return run;
    }

    public void Configure(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.AssemblyName = _appHost.GetName().Name;
        TestDefaults.Apply(options, settings);
        _configure(options, settings);
    }

    /// <summary>Holds the entry point until the test wants the application.</summary>
    public void Building(DistributedApplicationBuilder builder)
    {
        _builder.TrySetResult(builder);
        _buildRequested.Task.GetAwaiter().GetResult();
    }

    public void Built(DistributedApplication application) => _application.TrySetResult(application);

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _buildRequested.TrySetResult();
        return _application.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets the entry point go on to its end.</summary>
    public void Finish()
    {
        _buildRequested.TrySetException(new OperationCanceledException("The test ended without building the application."));
        _finished.TrySetResult();
    }

    private void Invoke(MethodInfo entryPoint)
    {
        Ambient.Value = this;
        try
        {
            var result = entryPoint.Invoke(null, entryPoint.GetParameters().Length == 0 ? null : [_args]);
            (result as Task)?.GetAwaiter().GetResult();
            Fail(new InvalidOperationException($"The entry point of {_appHost.GetName().Name} ended without building an application."));
        }
        catch (TargetInvocationException exception)
        {
            Fail(exception.InnerException ?? exception);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void Fail(Exception exception)
    {
        // Whoever still waits is told; where nobody does, the run is over and there is nobody left to tell.
        _builder.TrySetException(exception);
        _application.TrySetException(exception);
        _ = _builder.Task.Exception;
        _ = _application.Task.Exception;
    }
}
