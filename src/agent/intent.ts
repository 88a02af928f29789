import { renamingIn, type Renaming } from './renaming';

/**
 * What a request asks for, told by rules. Small models classify badly and a rule costs no tokens; only where the
 * rules are silent does the free tool loop decide.
 */
export type Intent =
  /** Something fails and shall pass: run it, change one symbol at a time, run it again. */
  | { kind: 'repair'; command: string | undefined }
  /** Change code that the request names. */
  | { kind: 'edit' }
  /** Give one definition another name wherever it is used; nothing else is ordered. */
  | ({ kind: 'rename' } & Renaming)
  /** Write a new file. */
  | { kind: 'create'; path: string }
  /** Run a command that the request spells out. */
  | { kind: 'command'; command: string }
  /** A question about code. */
  | { kind: 'question' }
  /** Thanks, greetings: no tool is offered. */
  | { kind: 'small-talk' }
  | { kind: 'open' };

const courtesy =
  /^(hi|hello|hey|thanks|thank you|thx|ok(ay)?|great|nice|good (morning|afternoon|evening|night)|bye|cool|perfect|sorry|never ?mind)\b[^?]{0,40}$/i;
const failing =
  /\b(fail(s|ed|ing|ure)?|broken|crash(es|ed)?|error|exception|traceback|does(n['’]t| not) (work|pass))\b/i;
const mending = /\b(fix|repair|debug|mend|correct|solve|make\b.*\bpass)\b/i;
const changing =
  /^(please |can you |could you )?(add|change|rename|replace|remove|delete|refactor|rewrite|convert|extract|document|improve|make|update|implement|complete|finish|fill in|move|give|simplify|use|handle|support|let)\b/i;
const creating =
  /^(please |can you |could you )?(create|write|add|make|generate)\b.*\b(file|module|script|page)?\b/i;
const running = /^(please |can you |could you )?(run|execute|start)\b/i;
const asking =
  /(\?\s*$)|^(what|why|how|where|when|which|who|explain|describe|show|tell|is|are|does|do|can|list|find|summari[sz]e)\b/i;

/** Says that nothing is to be changed; “do not touch the test” says it of one thing only. */
const readingOnly =
  /\b(do not|don['’]t|without|never|no need to) (change|chang\w+|edit\w*|modify\w*|touch\w*|writ\w+|alter\w*)( or \w+)? (anything|any(?! other)|(the |my |your )?(files?|code))\b|\b(don['’]t|do not) (change|edit|modify|touch|write|fix) (it|this|that|them|yet)\b|\bleave (everything|all|(the |my )?(files?|code)|it|them) (as|alone|unchanged|untouched)\b|\b(change|edit|modify|touch) nothing(?! else)\b|\bjust (tell|explain|show|answer|describe|list)\b|\b(no|without) (any )?(changes|edits|editing)\b|\bread[- ]only\b/i;
/** A question or a report that is asked for; without an order behind it nothing is to be changed. */
const reporting =
  /^(please |can you |could you )?(review|analy[sz]e|assess|evaluate|suggest|propose|recommend|compare|outline|count|check|help me understand|walk me through|give me|what|why|how|where|when|which|who|explain|describe|show|tell|list|find|summari[sz]e|is|are|does|do|did|was|were|should|has|have)\b/i;
/** A sentence that orders a change. */
const ordering =
  /^(?:(?:and|then|now|so|also|please|just|,)\s+)*(?:(?:can|could|would|will) you (?:please )?|i (?:need|want) you to |you should |let['’]s )?(?:please )?(fix|repair|debug|mend|correct|solve|add|change|rename|replace|remove|delete|refactor|rewrite|convert|extract|document|improve|make|update|implement|simplify|move|create|write|complete)\b/i;

/** True if a request asks to be told something and orders no change, whatever verbs it holds. */
export function asksOnly(text: string): boolean {
  const request = text.trim();
  if (readingOnly.test(request)) return true;
  const sentences = request
    .split(/[.!?;:,]\s+|\n+|\s+(?=and then |and (?:fix|repair|correct)\b)/)
    .map((part) => part.trim());
  return (
    (reporting.test(request) || /\?\s*$/.test(request)) && !sentences.some((part) => ordering.test(part))
  );
}

/** Decides by the words of the request; `files` are the workspace's paths. */
export function intentOf(text: string, files: readonly string[]): Intent {
  const request = text.trim();
  if (isCourtesy(request)) return { kind: 'small-talk' };
  const quoted = commandIn(request);
  const runs = running.test(request) && quoted !== undefined;
  if (!runs && asksOnly(request)) return { kind: 'question' };
  const renaming = renamingIn(request);
  if (renaming) return { kind: 'rename', ...renaming };
  if (running.test(request) && quoted && !mending.test(request)) return { kind: 'command', command: quoted };
  if (mending.test(request) && (failing.test(request) || /\b(bug|tests?)\b/i.test(request) || quoted)) {
    return { kind: 'repair', command: quoted };
  }
  const path = pathsIn(request).find((name) => !files.includes(name));
  if (path && creating.test(request)) return { kind: 'create', path };
  if (changing.test(request) || mending.test(request)) return { kind: 'edit' };
  if (failing.test(request) && !asking.test(request)) return { kind: 'repair', command: quoted };
  if (asking.test(request)) return { kind: 'question' };
  return { kind: 'open' };
}

/** A request that stands on its own: courtesies, questions about the assistant, code that the request itself holds. */
const aboutAssistant =
  /^(who|what) are you\b|^what (can|do) you (do|offer)\b|^what else can you do\b|^how can you help\b/i;
const general =
  /\b(in general|difference between|pros and cons|best practices?|do you think|your opinion|would you recommend|what is an?|how do i (write|use|declare|define))\b/i;
/** Something that does not exist yet, or anything of a kind: it is not to be found in the workspace. */
const indefinite = /^(please |can you |could you )?(give|show|suggest|recommend|name)( me)? (an?|some)\b/i;
/** Asks for knowledge, and points at nothing that is here. */
const explaining = /^(what|why|how|when|is|are|does|do|can|should|explain|describe)\b/i;
const pointing = /\b(the|this|that|these|those|our|my|we|us|here|there|its?|them|they)\b/i;
const working =
  /\b(this|the|our|my) (project|folder|repo(sitory)?|code ?base|workspace|tests?|test file|readme|file|directory|branch|commit)\b|\binstalled\b|\b(in|around) here\b/i;
const acting =
  /^(please |can you |could you |i need |i['’]d like |now )?(open|read|list|show|search|find|grep|run|execute|start|install|check|see|look|add|change|rename|replace|remove|delete|refactor|rewrite|put|update|create|make|move|undo|commit)\b/i;
const namedInCode = /\b\w+\(\)|`[A-Za-z_$][\w$.]*`|\b[a-z]+_[a-z]\w*\b|\b[a-z]+[A-Z]\w*\b/;

/** Asks what something means that the request itself quotes. */
const asksMeaning = /\b(explain|translate|interpret|(what|why) (does|do|is) .{0,60}\b(mean|about))\b/i;
/** An error as programs print it: `TypeError: …`, `java.io.IOException: …`, `error[E0308]: …`. */
const printedError = /\b[\w.]*(Error|Exception): \S|\berror(\[\w+\])?: \S/;

/** True if a request holds all that its answer needs: courtesies, questions about the assistant, about code or an error in it. */
export function isSelfContained(text: string, files: readonly string[]): boolean {
  const request = text.trim();
  if (aboutAssistant.test(request)) return true;
  if (namesFile(request, files)) return false;
  if (/```|`[^`\n]*[\s()[\]{}=][^`\n]*`/.test(request) && asking.test(request) && !commandIn(request))
    return true;
  if (asksMeaning.test(request) && printedError.test(request)) return true;
  return isCourtesy(request);
}

/** A greeting or thanks, and no request behind it. */
function isCourtesy(request: string): boolean {
  const more = [mending, failing, working].some((rule) => rule.test(request));
  return courtesy.test(request) && !more;
}

/** True if a request asks for general knowledge: it points at nothing that is here. */
export function isGeneralQuestion(text: string): boolean {
  const request = text.trim();
  if (working.test(request) || namedInCode.test(request) || failing.test(request)) return false;
  if (indefinite.test(request) || general.test(request)) return true;
  return explaining.test(request) && !pointing.test(request);
}

/** True if a request points at something that could be here: the likelier reading where nothing else decides. */
export function pointsHere(text: string): boolean {
  return pointing.test(text) || /^(where|which)\b/i.test(text.trim());
}

/** True if a request is surely about the files or the machine: it names them, or asks for something to be done. */
export function mentionsWorkspace(text: string, files: readonly string[]): boolean {
  const request = text.trim();
  if (programs.test(request) || commandIn(request) !== undefined) return true;
  return (
    namesFile(request, files) || namedInCode.test(request) || working.test(request) || acting.test(request)
  );
}

/** A path of the workspace, with or without its folder, or the name of a usual file. */
function namesFile(request: string, files: readonly string[]): boolean {
  return pathsIn(request).some((name) => files.some((file) => file === name || file.endsWith(`/${name}`)));
}

const programs =
  /^(python3?|pytest|node|npm|npx|yarn|pnpm|go|cargo|make|mvn|gradle|\.\/gradlew|dotnet|ruby|rake|bundle|php|composer|deno|bun|bash|sh|tsc|jest|mocha|vitest)\b/;

/** Commands that are known by their form alone, wherever they stand in a sentence. */
const checks =
  /(?:^|[\s:("'])((?:python3?|node)(?:\s+-{1,2}[\w-]+)*\s+[\w./-]+\.(?:py|[cm]?[jt]s)\b|(?:python3?\s+-m\s+(?:unittest|pytest)|pytest)(?:\s+(?:-{1,2}[\w=-]+|[\w./:]*[./_][\w./:]*))*|npm\s+(?:test|run\s+[\w:-]+)|node\s+--test|go\s+test(?:\s+\.\S*)?|cargo\s+test)(?=$|[\s.,:;!?)"'])/m;

/** A command line that the request spells out: in backticks, or after a colon or “run”. */
export function commandIn(text: string): string | undefined {
  for (const match of text.matchAll(/`([^`\n]+)`/g)) {
    const quoted = match[1]?.trim() ?? '';
    if (programs.test(quoted)) return quoted;
  }
  const pasted = /^\s*[$>]\s+(\S.*)$/m.exec(text)?.[1]?.trim();
  if (pasted !== undefined && programs.test(pasted)) return pasted;
  const checking = checks.exec(text)?.[1]?.replace(/[.,:;]+$/, '');
  if (checking !== undefined) return checking;
  const plain =
    /\b(?:run|running|execute|with|command:?|by)\s+((?:python3?|pytest|npm|node|go|cargo|make)\s[\w./:=@ -]+?)(?=[.,;!?]?(?:\s+(?:and|then|fails?|passes?|so|which|that)\b|\s*$))/i.exec(
      text,
    );
  return plain?.[1]?.trim();
}

/** Words of a text that look like paths of files, in order, without repeats. */
export function pathsIn(text: string): string[] {
  const paths = [...text.matchAll(/(?:[\w@.-]+\/)*[\w@-][\w@.-]*\.[A-Za-z][A-Za-z0-9]{0,5}\b/g)].map(
    (match) => match[0],
  );
  return [...new Set(paths)].filter((path) => !/^(e\.g|i\.e)$/i.test(path));
}

/** Words of a text that look like names in code: quoted, called, or written in camel or snake case. */
export function namesIn(text: string): string[] {
  const found = [
    ...[...text.matchAll(/`([A-Za-z_$][\w$.]*)(?:\(\))?`/g)].map((match) => match[1] ?? ''),
    ...[...text.matchAll(/\b([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)?)\(/g)].map((match) => match[1] ?? ''),
    ...[...text.matchAll(/\b(?:function|method|class|def|func)\s+([A-Za-z_$][\w$]*)/g)].map(
      (match) => match[1] ?? '',
    ),
    ...[...text.matchAll(/\b([a-z]+[A-Z]\w*|[a-z]+_\w+|[A-Z][a-z]+[A-Z]\w*)\b/g)].map(
      (match) => match[1] ?? '',
    ),
  ];
  return [...new Set(found)].filter((name) => name.length > 1 && !pathsIn(name).length);
}
