using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;

namespace ToolRuntime.Gateway.Authentication;

/// <summary>A key that is known, by its digest: the key itself is kept nowhere.</summary>
internal sealed class ApiKey
{
    /// <summary>What every key begins with, so that one that got into a repository is found.</summary>
    public const string Prefix = "trk_";

    private const int RandomBytes = 32;
    private const int MaxLength = 64;

    private readonly byte[] _digest;

    public ApiKey(Caller caller, byte[] digest)
    {
        _digest = digest;
        Caller = caller;
        Result = CallerAuthentication.Success(caller);
    }

    public Caller Caller { get; }

    /// <summary>The same for every request.</summary>
    public AuthenticateResult Result { get; }

    /// <summary>A new key: 256 random bits.</summary>
    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>
    /// A fast hash: nobody finds 256 random bits by trying, and a slow hash against guessed passwords would only slow every
    /// call.
    /// </summary>
    /// <param name="digest">Takes <see cref="SHA256.HashSizeInBytes"/> bytes.</param>
    public static void Hash(ReadOnlySpan<char> key, Span<byte> digest)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(MaxLength)];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(key, bytes)], digest);
    }

    /// <summary>Whether this is a key at all, and not a JWT.</summary>
    public static bool IsKey(ReadOnlySpan<char> credential) =>
        credential.Length <= MaxLength && credential.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>In the same time whatever the digest is.</summary>
    public bool Has(ReadOnlySpan<byte> digest) => CryptographicOperations.FixedTimeEquals(_digest, digest);
}
