import * as vscode from 'vscode';
import { diffsOf, type FileDiff } from '../protocol/agent';
import type { ChatController } from './chat-controller';
import type { DiffDocuments } from './diff-documents';
import { hunksAt } from './proposal-hunks';

export interface ProposalPorts {
  controller: () => ChatController;
  diffs: DiffDocuments;
}

/** Answers, from the diff editor, the change that the chat asks about. */
export interface Proposals {
  accept(): Promise<void>;
  reject(): Promise<void>;
  /** Takes only the hunks that the selections touch, of either side; the model is told that the others were refused. */
  acceptSelected(): Promise<void>;
}

interface Proposal {
  stepId: string;
  side: 'old' | 'new';
  diff: FileDiff;
  /** Files of the change. */
  isOneOf: number;
  editor: vscode.TextEditor;
}

export function createProposals({ controller, diffs }: ProposalPorts): Proposals {
  /** The change that the active editor shows, while it waits; says so where it does not. */
  const active = (): Proposal | undefined => {
    const editor = vscode.window.activeTextEditor;
    const proposal = editor && diffs.proposalOf(editor.document.uri);
    if (!editor || !proposal) return undefined;
    const item = controller()
      .state()
      .transcript.items.find(({ kind, id }) => kind === 'step' && id === proposal.stepId);
    const step = item?.kind === 'step' ? item.step : undefined;
    const asked = step?.state === 'waiting' ? diffsOf(step) : [];
    const shown = asked.find(({ path }) => editor.document.uri.path === `/${path}`) ?? asked[0];
    if (shown) return { ...proposal, diff: shown, isOneOf: asked.length, editor };
    void vscode.window.showInformationMessage(
      vscode.l10n.t('This change has been answered, or its chat is not open.'),
    );
    return undefined;
  };
  const answer = async ({ stepId }: Proposal, taken: 'once' | 'no', hunks?: number[]): Promise<void> => {
    await controller().handle({ type: 'approve', stepId, answer: taken, ...(hunks ? { hunks } : {}) });
    // What it shows is no longer a question.
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  };
  return {
    accept: async () => {
      const proposal = active();
      if (proposal) await answer(proposal, 'once');
    },
    reject: async () => {
      const proposal = active();
      if (proposal) await answer(proposal, 'no');
    },
    acceptSelected: async () => {
      const proposal = active();
      if (!proposal) return;
      if (proposal.isOneOf > 1) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t('This change of several files is taken by file, in the chat. Nothing was answered.'),
        );
        return;
      }
      const spans = proposal.editor.selections.map(({ start, end }) => ({
        first: start.line,
        last: end.line,
      }));
      const hunks = hunksAt(proposal.diff, proposal.side, spans);
      if (hunks.length > 0) {
        await answer(proposal, 'once', hunks);
        return;
      }
      void vscode.window.showInformationMessage(
        vscode.l10n.t('No changed line is selected. Nothing was answered.'),
      );
    },
  };
}
