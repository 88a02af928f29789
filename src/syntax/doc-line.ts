const longestDoc = 120;

/**
 * The first sentence of what is said about a definition: of the comment in `leading` (the text right above the
 * declaration), else of a docstring that `body` begins with. Empty when there is none.
 */
export function docLine(leading: string, body: string): string {
  for (const line of leading.split('\n')) {
    const comment = /^\s*(?:\/\*\*?|\/\/[/!]?|\*(?!\/)|#(?![[!])|<!--)\s*(.*)$/.exec(line)?.[1];
    const said = comment?.replace(/\*+\/\s*$|-->\s*$|<\/?\w+>/g, '').trim();
    if (said !== undefined && /[\p{L}]/u.test(said) && !said.startsWith('@')) return firstSentence(said);
  }
  const docstring = /^[\s:]*[rRuU]?(?:"""|''')\s*(.+)/.exec(body)?.[1];
  return docstring === undefined ? '' : firstSentence(docstring.replace(/(?:"""|''').*$/, '').trim());
}

function firstSentence(text: string): string {
  const sentence = /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
  return sentence.length <= longestDoc ? sentence : `${sentence.slice(0, longestDoc).trimEnd()}…`;
}
