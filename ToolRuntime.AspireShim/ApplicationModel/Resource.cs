using System.Collections.ObjectModel;
using System.Text.RegularExpressions;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The base of every resource.</summary>
public abstract partial class Resource : IResource
{
    protected Resource(string name)
    {
        if (!ValidName().IsMatch(name))
        {
            throw new ArgumentException(
                $"'{name}' is no resource name: at most 64 ASCII letters, digits and single hyphens, beginning with a letter.",
                nameof(name));
        }

        Name = name;
    }

    public virtual string Name { get; }

    public virtual ResourceAnnotationCollection Annotations { get; } = [];

    [GeneratedRegex("^(?=.{1,64}$)[a-zA-Z](-?[a-zA-Z0-9])*$")]
    private static partial Regex ValidName();
}

/// <summary>What is known about a resource, in the order in which it was said.</summary>
public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>;

public interface IResourceAnnotation;

public enum ResourceAnnotationMutationBehavior
{
    Append = 0,
    Replace = 1,
}
