using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Testing;
using ToolRuntime.AppHost.Programs;
using ToolRuntime.Tests.Support;

namespace ToolRuntime.Tests.AppHost.Programs;

/// <summary>Packages of the system's own sources, fetched by the real apt.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DebianPackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeLogger _logger = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Several_unpack_it_at_once_and_nothing_is_left_beside_it()
    {
        var package = Package("hello", "apt-get");

        await Task.WhenAll(package.UnpackAsync(_logger, Cancellation), package.UnpackAsync(_logger, Cancellation));

        Assert.True(package.IsUnpacked);
        Assert.True(File.Exists(package.Program("hello")));
        Assert.Equal([_folder.File("hello")], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_package_that_is_not_to_be_had_is_told_in_apts_words_and_leaves_nothing()
    {
        var package = Package("toolruntime-no-such-package", "apt-get");

        var failure = await Assert.ThrowsAsync<DistributedApplicationException>(() => package.UnpackAsync(_logger, Cancellation));

        Assert.Contains("toolruntime-no-such-package", failure.Message, StringComparison.Ordinal);
        Assert.Contains(_logger.Collector.GetSnapshot(), record => record.Message.Contains("Unable to locate", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_download_that_hangs_ends_with_its_start()
    {
        // Nothing makes the real one hang.
        var apt = _folder.Write("apt-get", "#!/bin/sh\necho started\nsleep 600\n");
        File.SetUnixFileMode(apt, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var unpacking = Package("hello", apt).UnpackAsync(_logger, stop.Token);
        await Eventually.True(() => _logger.Collector.Count > 0, "the start of the download");
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unpacking);
        Assert.Equal([apt], Directory.GetFileSystemEntries(_folder.Path));
    }

    private DebianPackage Package(string name, string aptGet) => new(name, _folder.File(name), aptGet, "dpkg-deb");
}
