using Microsoft.Extensions.DependencyInjection;

namespace ToolRuntime.AppHost.Programs;

internal static class DownloadExtensions
{
    /// <summary>
    /// Fetches the package when its program is to be started for the first time. Nobody else waits for it, and a
    /// failure is this resource's own; starting it again tries again.
    /// </summary>
    public static IResourceBuilder<ExecutableResource> WithDownload(this IResourceBuilder<ExecutableResource> resource, DebianPackage package) =>
        resource.OnBeforeResourceStarted(async (program, starting, cancellationToken) =>
        {
            if (package.IsUnpacked)
            {
                return;
            }

            var logger = starting.Services.GetRequiredService<ResourceLoggerService>().GetLogger(program);
            await starting.Services.GetRequiredService<ResourceNotificationService>().PublishUpdateAsync(
                program, snapshot => snapshot with { State = new("Downloading", KnownResourceStateStyles.Info) });
            await package.UnpackAsync(logger, cancellationToken);
        });
}
