import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { panelPage } from '../protocol/panel-page';
import { type HostMessage, type PanelMessage, parsePanelMessage } from '../protocol/panel';

export const panelViewId = 'thimble.panel';

/** The view in the side bar. Its page holds no state of its own: after `ready` it gets everything. */
export interface PanelView extends vscode.WebviewViewProvider {
  /** Dropped while there is no page, which asks for the whole state when it comes. */
  post(message: HostMessage): void;
  /** Opens the view, with a message that its page gets as soon as it is there. */
  show(message: HostMessage): Promise<void>;
  /** Opens the view and puts the cursor into its input. */
  focus(text?: string): Promise<void>;
  readonly visible: boolean;
}

/** `onMessage` gets what the page may send, checked; anything else is dropped and logged. */
export function createPanelView(
  extensionUri: vscode.Uri,
  onMessage: (message: PanelMessage) => void,
  log: (line: string) => void,
): PanelView {
  let view: vscode.WebviewView | undefined;
  /** The page has asked for its state; a hidden one is gone, and asks again when it is back. */
  let isReady = false;
  let afterReady: HostMessage[] = [];
  const root = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');

  const post = (message: HostMessage): void => {
    view?.webview.postMessage(message).then(undefined, (error: unknown) => log(`panel: ${String(error)}`));
  };

  const show = async (message: HostMessage): Promise<void> => {
    if (isReady) post(message);
    else afterReady.push(message);
    await vscode.commands.executeCommand(`${panelViewId}.focus`);
  };

  return {
    post,
    show,
    get visible() {
      return view?.visible ?? false;
    },
    focus: (text) => show(text === undefined ? { type: 'focus-input' } : { type: 'focus-input', text }),
    resolveWebviewView: (resolved) => {
      view = resolved;
      isReady = false;
      const { webview } = resolved;
      webview.options = { enableScripts: true, localResourceRoots: [root] };
      const received = webview.onDidReceiveMessage((value: unknown) => {
        const message = parsePanelMessage(value);
        if (!message) {
          log('panel: a message of no known form was dropped');
          return;
        }
        onMessage(message);
        if (message.type === 'ready') {
          isReady = true;
          for (const waiting of afterReady) post(waiting);
          afterReady = [];
        }
      });
      const hidden = resolved.onDidChangeVisibility(() => {
        if (!resolved.visible) isReady = false;
      });
      resolved.onDidDispose(() => {
        received.dispose();
        hidden.dispose();
        if (view !== resolved) return;
        view = undefined;
        isReady = false;
      });
      webview.html = panelHtml(webview, root);
    },
  };
}

/** The page for one webview, with a nonce of its own. */
export function panelHtml(webview: vscode.Webview, root: vscode.Uri): string {
  const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(root, file)).toString();
  return panelPage({
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64url'),
    script: address('panel.js'),
    style: address('panel.css'),
    icons: address('codicon.css'),
    language: vscode.env.language,
    translations: translationsOf(vscode.l10n.bundle),
  });
}

function translationsOf(
  bundle: Record<string, unknown> | undefined,
): Readonly<Record<string, string>> | undefined {
  if (!bundle) return undefined;
  return Object.fromEntries(
    Object.entries(bundle).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
