import * as vscode from 'vscode';
import { reportOf, UserError } from '../base/errors';
import type { Workspace } from '../base/ports';
import { qualified } from '../context/candidates';
import type { SpanControl } from '../context/span-choices';
import type { HostMessage, PanelMessage } from '../protocol/panel';
import type { SyntaxService } from '../syntax/syntax-service';
import { lastEditor } from './attachments';
import { workspacePath } from './editor-context';

export interface SpanActionPorts {
  choices: SpanControl;
  syntax: SyntaxService;
  workspace: Pick<Workspace, 'read'>;
  post: (message: HostMessage) => void;
}

/** What the user does with single definitions that the model sees. */
export interface SpanActions {
  /** False for a message that is about something else. What goes wrong is told. */
  handle(message: PanelMessage): Promise<boolean>;
  /** Pins the definition around the cursor and answers its name. Rejects with `no-definition`. */
  pinAtCursor(): Promise<string>;
  /** Shows what goes along with prompts, as it is now. */
  show(): Promise<void>;
}

export function createSpanActions({ choices, syntax, workspace, post }: SpanActionPorts): SpanActions {
  const show = async (): Promise<void> => post({ type: 'context', view: await choices.view() });
  const pinAtCursor = async (): Promise<string> => {
    const editor = lastEditor();
    const path = editor && workspacePath(editor.document.uri);
    if (!editor || path === undefined) throw nothingThere();
    const { line, character } = editor.selection.active;
    const file = await workspace.read(path);
    const { languageId, text } = file;
    const position = { line: line + 1, column: character + 1 };
    const symbol = await syntax.request('enclosing', { file: { path, languageId, text }, position });
    if (!symbol) throw nothingThere();
    choices.pin({ path, symbol: qualified(symbol), line: symbol.startLine });
    await show();
    return qualified(symbol);
  };
  const carryOut = async (message: PanelMessage): Promise<boolean> => {
    switch (message.type) {
      case 'pin-span':
        choices.pin(message);
        break;
      case 'unpin-span':
        choices.unpin(message);
        break;
      case 'drop-span':
        choices.drop(message);
        break;
      case 'take-back-span':
        choices.takeBack(message);
        break;
      case 'pin-at-cursor':
        await pinAtCursor();
        return true;
      default:
        return false;
    }
    await show();
    return true;
  };
  return {
    show,
    pinAtCursor,
    handle: async (message) => {
      try {
        return await carryOut(message);
      } catch (error) {
        // The chat, where failures are told else, is behind the view that was clicked in.
        const { happened, kept, next } = reportOf(error);
        const told = [happened, kept, next].filter((part) => part !== undefined).join(' ');
        void vscode.window.showWarningMessage(told);
        return true;
      }
    },
  };
}

function nothingThere(): UserError {
  return new UserError('no-definition', vscode.l10n.t('The cursor is in no definition of this workspace.'), {
    kept: vscode.l10n.t('Nothing was pinned.'),
    next: vscode.l10n.t('Put it into a function, a class or a method.'),
  });
}
