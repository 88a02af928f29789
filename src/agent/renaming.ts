/** A definition that a request gives another name. */
export interface Renaming {
  /** `name`, or `Class.name` for a method. */
  from: string;
  to: string;
  /** The file that the request names as the place of the definition, as it is written there. */
  path?: string;
}

const opening = String.raw`(?:please |can you |could you |could you please )?`;
const kind = String.raw`(?:(?:the |this )?(?:python |typescript |javascript )?(?:function|method|class|interface|type|enum|constant|helper|component|hook|symbol|global variable) )?(?:called |named )?`;
const identifier = String.raw`[\`'"“]?([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)?)(?:\(\))?[\`'"”]?`;
const place = String.raw`(?: (?:in|of|from) [\`'"]?((?:[\w@.-]+\/)*[\w@-][\w@.-]*\.[A-Za-z]\w{0,5})[\`'"]?)?`;
/** What may follow: words that ask for no more than the renaming itself does. */
const more = String.raw`(?:[ ,;.]*(?:and |also |then |please )*(?:everywhere|(?:in|across|throughout|over) (?:all (?:the |of the )?files|every file|the (?:whole |entire )?(?:project|package|library|module|code ?base|workspace|folder|repo(?:sitory)?|code)|all (?:of )?the code|(?:its|all|every) (?:uses?|usages?|callers?))|(?:update|adjust|change|fix|rename|keep|with|including) (?:(?:all|every|the|its|any|of|their|existing|other|up) ?)*(?:callers?|calls?|uses?|usages?|references?|imports?|call sites?|occurrences?|tests?|places|importers?)(?: (?:of it|that use it|accordingly|too|as well|to match|working|everywhere|in all files))?|(?:where(?:ver)? it is (?:used|called)|run the tests|(?:make sure|check|verify)(?: that)? (?:all )?the tests (?:still )?pass|accordingly)))*[.! ]*`;
const forms = [
  new RegExp(
    `^${opening}rename ${kind}${identifier}${place} (?:to|into|as|->|=>) ${identifier}${place}${more}$`,
    'i',
  ),
  new RegExp(
    `^${opening}change the name of ${kind}${identifier}${place} (?:to|into) ${identifier}${place}${more}$`,
    'i',
  ),
];

/** The renaming that a request asks for, when it asks for nothing else. */
export function renamingIn(request: string): Renaming | undefined {
  const text = request.trim().replace(/\s+/g, ' ');
  for (const form of forms) {
    const match = form.exec(text);
    const [, from, before, written, behind] = match ?? [];
    const to = written?.split('.').at(-1);
    if (from === undefined || to === undefined || from.split('.').at(-1) === to) continue;
    const path = before ?? behind;
    return { from, to, ...(path === undefined ? {} : { path }) };
  }
  return undefined;
}
