using Aspire.Hosting.Dcp;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Tells each runner what DCP says about its process.</summary>
internal sealed partial class ProcessWatch(
    DcpClient dcp, IReadOnlyDictionary<string, ProcessRunner> runners, ApplicationServices application)
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(200);

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(RunAsync(DcpKind.Executable, cancellationToken), RunAsync(DcpKind.Container, cancellationToken));

    private async Task RunAsync(DcpKind kind, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var change in dcp.WatchAsync<DcpProcess>(kind.Collection, cancellationToken))
                {
                    if (runners.TryGetValue(change.Object.Metadata.Name, out var runner) && change.Type != "DELETED")
                    {
                        await runner.UpdateAsync(change.Object, cancellationToken);
                    }
                }
            }
            catch (Exception exception)
            {
                // When the application stops, DCP does as well, and the connection ends one way or another.
                Log.WatchEnded(application.Logger, exception);
            }

            if (!cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(Retry, application.Time, CancellationToken.None);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(13, LogLevel.Debug, "The watch on DCP's processes ended.")]
        public static partial void WatchEnded(ILogger logger, Exception exception);
    }
}
