import * as vscode from 'vscode';
import type { LineRange, ToldDefinition } from '../protocol/indexer';
import { workspacePath } from './editor-context';

/** What language services say where names are defined. The index does without; nothing waits for them. */
export interface ServiceAnswers {
  /** What is known already of the names before a cursor; what is not is asked for, for the next time. */
  near: (document: vscode.TextDocument, cursor: vscode.Position) => ToldDefinition[];
  /** What comes for names on lines (1-based) of a file of the workspace within the limit. Never rejects. */
  within: (path: string, range: LineRange) => Promise<ToldDefinition[]>;
}

/** How long an edit waits for answers. Milliseconds. */
export const serviceLimitMs = 50;
/** Lines above the cursor whose names are asked about. */
const linesAbove = 4;
const mostNear = 8;
const mostWithin = 16;
/** After this an answer is asked for anew: its file may have changed. Milliseconds. */
const freshMs = 30_000;
const mostKept = 400;

interface Answer {
  at: number;
  /** Undefined until it has come. */
  found: Omit<ToldDefinition, 'name' | 'line'>[] | undefined;
  asked: Promise<void>;
}

/** A name where it stands in a document. */
interface Place {
  name: string;
  /** What stands before its dot: the same name behind another receiver may mean something else. */
  before: string;
  position: vscode.Position;
}

export function createServiceAnswers(now: () => number): ServiceAnswers {
  const answers = new Map<string, Answer>();

  const answerTo = (document: vscode.TextDocument, { name, before, position }: Place): Answer => {
    const key = [document.uri.toString(), before, name].join('\n');
    const known = answers.get(key);
    if (known && now() - known.at < freshMs) return known;
    const answer: Answer = { at: now(), found: known?.found, asked: Promise.resolve() };
    answer.asked = definitionsOf(document.uri, position).then((found) => void (answer.found = found));
    answers.delete(key);
    answers.set(key, answer);
    const [oldest] = answers.keys();
    if (answers.size > mostKept && oldest !== undefined) answers.delete(oldest);
    return answer;
  };
  const told = (places: readonly (Place & { answer: Answer })[]): ToldDefinition[] =>
    places.flatMap(({ name, position, answer }) =>
      (answer.found ?? []).map((one) => ({ ...one, name, line: position.line + 1 })),
    );
  const ask = (document: vscode.TextDocument, places: readonly Place[]): (Place & { answer: Answer })[] =>
    places.map((place) => ({ ...place, answer: answerTo(document, place) }));

  return {
    near: (document, cursor) => {
      if (workspacePath(document.uri) === undefined) return [];
      // A name that is being typed is another one with each key.
      const places = namesOn(document, Math.max(0, cursor.line - linesAbove), cursor.line).filter(
        ({ name, position }) =>
          position.line < cursor.line || position.character + name.length < cursor.character,
      );
      return told(ask(document, places.slice(0, mostNear)));
    },
    within: async (path, { startLine, endLine }) => {
      const document = vscode.workspace.textDocuments.find(({ uri }) => workspacePath(uri) === path);
      if (!document) return [];
      const places = ask(document, namesOn(document, startLine - 1, endLine - 1).slice(0, mostWithin));
      await Promise.race([
        Promise.all(places.map(({ answer }) => answer.asked)),
        new Promise((resolve) => setTimeout(resolve, serviceLimitMs)),
      ]);
      return told(places);
    },
  };
}

/** The names on lines (0-based, inclusive), each once, the lowest lines first: they are the nearest to the cursor. */
function namesOn(document: vscode.TextDocument, first: number, last: number): Place[] {
  const places = new Map<string, Place>();
  for (let line = Math.min(last, document.lineCount - 1); line >= first; line--) {
    const { text } = document.lineAt(line);
    for (const match of text.matchAll(
      /(?:([\p{L}_$][\p{L}\p{N}_$]*)\??\.)?([\p{L}_$][\p{L}\p{N}_$]{2,})/gu,
    )) {
      const [whole, before = '', name = ''] = match;
      const key = `${before}.${name}`;
      if (places.has(key)) continue;
      const position = new vscode.Position(line, match.index + whole.length - name.length);
      places.set(key, { name, before, position });
    }
  }
  return [...places.values()];
}

/** Definitions in other files of the workspace, as they are asked for at a position; none where nobody knows. */
async function definitionsOf(
  uri: vscode.Uri,
  position: vscode.Position,
): Promise<Omit<ToldDefinition, 'name' | 'line'>[]> {
  try {
    const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[] | undefined>(
      'vscode.executeDefinitionProvider',
      uri,
      position,
    );
    return (found ?? []).flatMap((one) => {
      const [target, range] =
        'targetUri' in one
          ? [one.targetUri, one.targetSelectionRange ?? one.targetRange]
          : [one.uri, one.range];
      const path = workspacePath(target);
      const isElsewhere = path !== undefined && target.toString() !== uri.toString();
      return isElsewhere ? [{ path, startLine: range.start.line + 1 }] : [];
    });
  } catch {
    return [];
  }
}
