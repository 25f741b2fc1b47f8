using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;

namespace Aspire.Hosting.Orchestration;

internal sealed partial class ProcessRunner
{
    /// <summary>Takes in what DCP says about the process; called by one watcher, in order.</summary>
    public async Task UpdateAsync(DcpProcess process, CancellationToken cancellationToken)
    {
        await _updating.WaitAsync(cancellationToken);
        try
        {
            // The watcher may hear of an object before the one who created it.
            _latest = process;
            await ApplyAsync(process);
        }
        finally
        {
            _updating.Release();
        }
    }

    private async Task ClaimAsync(ProcessRun run)
    {
        await _updating.WaitAsync(application.Stopping);
        try
        {
            _run = run;
            if (_latest is { } latest)
            {
                await ApplyAsync(latest);
            }
        }
        finally
        {
            _updating.Release();
        }
    }

    private async Task ApplyAsync(DcpProcess process)
    {
        if (_run is not { Ended: false } run || process.Metadata.Uid != run.Uid
            || process.Status is not { } status || ProcessStatus.StateOf(status) is not { } state)
        {
            return;
        }

        if (!run.LogsFollowed)
        {
            run.LogsFollowed = true;
            _ = new ProcessLog(dcp, _kind, Name, application.Loggers.GetLog(Name), application.Logger).FollowAsync(application.Stopping);
        }

        run.Ended = KnownResourceStates.TerminalStates.Contains(state);
        await application.Notifications.PublishUpdateAsync(
            resource, snapshot => ProcessStatus.Apply(snapshot, state, run.Plan, status));
        if (run.Ended && status.ExitCode is not null and not (0 or -1))
        {
            Log.Ended(application.Logger, resource.Name, status.ExitCode.Value);
        }

        if (state == KnownResourceStates.FailedToStart)
        {
            Log.FailedToStart(application.Logger, resource.Name, "DCP could not start its process; its console says more.");
        }
    }
}
