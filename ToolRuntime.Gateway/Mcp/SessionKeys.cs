using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace ToolRuntime.Gateway.Mcp;

/// <summary>The keys that protect sessions' ids: in memory, as the sessions are, and not in the user's home.</summary>
internal sealed class SessionKeys : IXmlRepository
{
    private readonly List<XElement> _keys = [];

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        lock (_keys)
        {
            return [.. _keys.Select(key => new XElement(key))];
        }
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        lock (_keys)
        {
            _keys.Add(new XElement(element));
        }
    }
}
