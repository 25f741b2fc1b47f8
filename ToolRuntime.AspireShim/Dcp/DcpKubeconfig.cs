using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Aspire.Hosting.Dcp;

/// <summary>Where DCP's API is, whom it is to be believed by, and how to be let in.</summary>
internal sealed record DcpKubeconfig(Uri Server, X509Certificate2 Authority, string Token)
{
    /// <summary>False while the file is missing or partly written.</summary>
    public static bool TryRead(string path, [NotNullWhen(true)] out DcpKubeconfig? kubeconfig)
    {
        kubeconfig = null;
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (FileNotFoundException)
        {
            return false;
        }

        if (Value(text, "server") is not { } server
            || Value(text, "certificate-authority-data") is not { } authority
            || Value(text, "token") is not { } token
            || !text.EndsWith('\n'))
        {
            return false;
        }

        var pem = Encoding.ASCII.GetString(Convert.FromBase64String(authority));
        kubeconfig = new DcpKubeconfig(new Uri(server), X509Certificate2.CreateFromPem(pem), token);
        return true;
    }

    private static string? Value(string text, string key) => text.Split('\n')
        .Select(line => line.Trim())
        .Where(line => line.StartsWith(key + ": ", StringComparison.Ordinal))
        .Select(line => line[(key.Length + 2)..].Trim('"'))
        .FirstOrDefault(value => value.Length > 0);
}
