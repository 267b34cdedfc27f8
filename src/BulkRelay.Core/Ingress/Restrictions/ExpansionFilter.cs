using System.Text;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>The value of <c>smtpd_expansion_filter</c>: characters, with C's escapes <c>\t</c>, <c>\\</c>, <c>\40</c> (octal).</summary>
internal static class ExpansionFilter
{
    /// <summary>All characters that it allows.</summary>
    public static string Decode(string text)
    {
        var characters = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length) characters.Append(text[i]);
            else characters.Append(Escape(text, ref i));
        }
        return characters.ToString();
    }

    private static char Escape(string text, ref int i)
    {
        var digits = 0;
        while (digits < 3 && i + 1 + digits < text.Length && text[i + 1 + digits] is >= '0' and <= '7') digits++;
        if (digits == 0)
        {
            return text[++i] switch
            {
                't' => '\t',
                var other => other,
            };
        }
        var code = Convert.ToInt32(text.Substring(i + 1, digits), 8);
        i += digits;
        return (char)code;
    }
}
