using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Aspire.Hosting.Dcp;

namespace ToolRuntime.Tests.AspireShim;

public sealed class DcpFilesTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("toolruntime-dcp-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_session_folder_is_the_owners_alone_and_stale_ones_go()
    {
        var bundle = new AspireBundle(_root.FullName);
        var stale = _root.CreateSubdirectory($"sessions/{int.MaxValue}-00000000");
        var fresh = _root.CreateSubdirectory($"sessions/{int.MaxValue}-11111111");
        var running = _root.CreateSubdirectory($"sessions/{Environment.ProcessId}-22222222");
        stale.LastWriteTimeUtc = running.LastWriteTimeUtc = DateTime.UtcNow - TimeSpan.FromHours(1);

        var folder = DcpSessionFolder.Create(bundle, TimeProvider.System);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.False(Directory.Exists(stale.FullName));
        Assert.True(Directory.Exists(fresh.FullName));
        Assert.True(Directory.Exists(running.FullName));
        DcpSessionFolder.Remove(folder);
        DcpSessionFolder.Remove(folder);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_kubeconfig_that_is_still_being_written_is_not_read()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        var authority = Convert.ToBase64String(Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()));
        var whole = $"""
            clusters:
            - cluster:
                certificate-authority-data: {authority}
                server: https://127.0.0.1:1234
            users:
            - name: someone
              user:
                token: secret

            """;
        var path = Path.Combine(_root.FullName, "kubeconfig");
        Assert.False(DcpKubeconfig.TryRead(path, out _));
        for (var length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllText(path, whole[..length]);
            Assert.False(DcpKubeconfig.TryRead(path, out _));
        }

        File.WriteAllText(path, whole);
        Assert.True(DcpKubeconfig.TryRead(path, out var kubeconfig));
        Assert.Equal(new Uri("https://127.0.0.1:1234"), kubeconfig.Server);
        Assert.Equal("secret", kubeconfig.Token);
        Assert.Equal("CN=test", kubeconfig.Authority.Subject);
    }
}
