using System.Runtime.Versioning;
using ToolRuntime.AppHost.Programs;
using ToolRuntime.Tests.AspireShim;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AppHost.Programs;

/// <summary>A program that has to be fetched first: seen in its state, waited for by nobody, and tried again by hand.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DownloadTests : ShimTest
{
    [Fact]
    public async Task A_slow_download_that_fails_is_its_resources_own_and_the_next_start_tries_again()
    {
        using var folder = new TemporaryFolder();

        // The real one, once it may: nothing else makes it slow, or fail for a while.
        var apt = folder.Write(
            "apt-get",
            $"""
            #!/bin/sh
            [ -e {folder.File("repaired")} ] && exec apt-get "$@"
            until [ -e {folder.File("broken")} ]; do sleep 0.05; done
            echo 'E: The network is unreachable' >&2
            exit 100
            """);
        File.SetUnixFileMode(apt, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var package = new DebianPackage("hello", folder.File("hello"), apt, "dpkg-deb");
        await using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("hello", package.Program("hello"), ".").WithDownload(package);
        builder.AddHealthyServer("web");
        await using var app = await StartAsync(builder);

        await app.ResourceNotifications.WaitForResourceHealthyAsync("web", Deadline);
        Assert.Equal("Downloading", SnapshotOf(app, "hello").State!.Text);

        folder.Write("broken", "");
        await app.ResourceNotifications.WaitForResourceAsync("hello", KnownResourceStates.FailedToStart, Deadline);
        await LinesAsync(app, "hello", lines => lines.Exists(line => line.Contains("apt-get ended with code 100: E: The network is unreachable", StringComparison.Ordinal)));

        folder.Write("repaired", "");
        var started = await app.ResourceCommands.ExecuteCommandAsync("hello", KnownResourceCommands.StartCommand, Deadline);
        Assert.True(started.Success, started.Message);
        await app.ResourceNotifications.WaitForResourceAsync("hello", KnownResourceStates.Finished, Deadline);
        await LinesAsync(app, "hello", lines => lines.Exists(line => line.Contains("Hello, world!", StringComparison.Ordinal)));
    }
}
