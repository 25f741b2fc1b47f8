using System.Runtime.Versioning;
using ToolRuntime.AppHost.Programs;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AppHost.Programs;

/// <summary>A client without an engine behind it is no engine. No engine is to be had here, so scripts stand for clients.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ContainerEngineTests : IDisposable
{
    private readonly TemporaryFolder _path = new();

    public void Dispose() => _path.Dispose();

    [Theory]
    [InlineData("echo 'Server: a lot'; exit 0", true)]
    [InlineData("echo 'Cannot connect to the daemon.' >&2; exit 1", false)]
    [InlineData("sleep 600", false)]
    [InlineData(null, false)]
    public void It_counts_when_it_answers_in_time(string? podman, bool counts)
    {
        Client("docker", "exit 1");
        if (podman is not null)
        {
            Client("podman", podman);
        }

        using var builder = DistributedApplicationTestingBuilder.Create($"--PATH={_path.Path}");

        Assert.Equal(counts, builder.HasContainerEngine());
    }

    [Fact]
    public void It_is_asked_once_and_a_setting_goes_before_it()
    {
        Client("docker", $"echo asked >> {_path.File("log")}; exit 0");
        using var builder = DistributedApplicationTestingBuilder.Create($"--PATH={_path.Path}");
        Assert.True(builder.HasContainerEngine());
        Assert.True(builder.HasContainerEngine());
        Assert.Equal(["asked"], File.ReadAllLines(_path.File("log")));

        using var without = DistributedApplicationTestingBuilder.Create($"--PATH={_path.Path}", "--ContainerEngine=false");
        Assert.False(without.HasContainerEngine());
    }

    private void Client(string name, string script)
    {
        var client = _path.Write(name, $"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n");
        File.SetUnixFileMode(client, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
