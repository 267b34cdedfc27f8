using System.Text;

namespace BulkRelay.Core.Ingress;

/// <summary>Characters in the value of a parameter, with C's escapes <c>\t</c>, <c>\\</c>, <c>\40</c> (octal).</summary>
internal static class EscapedText
{
    private const string Letters = "abfnrtv";
    private const string Controls = "\a\b\f\n\r\t\v";

    /// <summary>All characters that it names.</summary>
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
            var letter = text[++i];
            return Letters.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var which ? Controls[which] : letter;
        }
        var code = Convert.ToInt32(text.Substring(i + 1, digits), 8);
        i += digits;
        return (char)code;
    }
}
