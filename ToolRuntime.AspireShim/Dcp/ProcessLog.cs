using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Dcp;

/// <summary>Copies what a process writes, and what DCP says about it, to its resource's console.</summary>
internal sealed partial class ProcessLog(DcpClient dcp, DcpKind kind, string name, ResourceLog console, ILogger logger)
{
    public Task FollowAsync(CancellationToken cancellationToken) => Task.WhenAll(
        FollowAsync("system", isError: false, cancellationToken),
        FollowAsync("stdout", isError: false, cancellationToken),
        FollowAsync("stderr", isError: true, cancellationToken));

    private async Task FollowAsync(string source, bool isError, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var line in dcp.ReadLogAsync(kind.Collection, name, source, cancellationToken))
            {
                console.Append(line, isError);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application stops.
        }
        catch (Exception exception)
        {
            Log.Interrupted(logger, exception, name, source);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(7, LogLevel.Debug, "The log '{Source}' of '{Name}' ended early.")]
        public static partial void Interrupted(ILogger logger, Exception exception, string name, string source);
    }
}
