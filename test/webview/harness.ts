/**
 * Serves the built panel outside VS Code: `node --import tsx scripts/panel-harness.mjs [PORT]`, then open
 * `/?theme=dark|light|contrast&scene=NAME`. The page is the host's own, content security policy included; only
 * `acquireVsCodeApi` is played: `posted` holds what the panel sent, `send(message)` is the host.
 */
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { panelPage } from '../../src/protocol/panel-page';
import { scenes } from './scenes';
import { themes, type Theme } from './themes';

const built = path.resolve(__dirname, '../../dist/webview');
const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
  '.map': 'application/json',
};
const nonce = 'harness';

/** Starts the server on the built `files`; gives its address and the function that ends it. `port` 0 takes a free one. */
export async function startHarness(port = 0, files = built): Promise<{ url: string; close: () => void }> {
  const server = http.createServer((request, response) => {
    void answer(request.url ?? '/', files).then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const taken = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${taken}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Answer {
  status: number;
  type: string;
  body: string | Buffer;
}

async function answer(address: string, files: string): Promise<Answer> {
  const url = new URL(address, 'http://harness');
  if (url.pathname === '/') return { status: 200, type: 'text/html', body: page(url.searchParams) };
  if (url.pathname === '/theme.css') {
    return { status: 200, type: 'text/css', body: themeCss(url.searchParams.get('name') ?? '') };
  }
  try {
    const name = path.basename(url.pathname);
    const body = await readFile(path.join(files, name));
    return { status: 200, type: types[path.extname(name)] ?? 'application/octet-stream', body };
  } catch {
    return { status: 404, type: 'text/plain', body: 'not found' };
  }
}

function themeOf(name: string): Theme {
  return themes[name] ?? { bodyClass: '', variables: {} };
}

function themeCss(name: string): string {
  const lines = Object.entries(themeOf(name).variables).map(([key, value]) => `--vscode-${key}: ${value};`);
  return `:root { ${lines.join('\n')} }`;
}

function page(query: URLSearchParams): string {
  const theme = query.get('theme') ?? 'dark';
  const html = panelPage({
    cspSource: "'self'",
    nonce,
    script: '/panel.js',
    style: '/panel.css',
    icons: '/codicon.css',
    language: 'en',
    translations: translationsOf(query.get('l10n')),
  });
  const messages = scenes[query.get('scene') ?? ''] ?? [];
  const script = `<script nonce="${nonce}">
    window.posted = [];
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective + ' ' + e.sourceFile + ' ' + e.sample));
    window.send = (message) => window.dispatchEvent(new MessageEvent('message', { data: message }));
    let kept = sessionStorage.getItem('kept');
    window.acquireVsCodeApi = () => ({
      postMessage(message) {
        posted.push(message);
        if (message.type === 'ready') ${JSON.stringify(messages).replaceAll('<', '\\u003c')}.forEach(send);
      },
      getState: () => (kept ? JSON.parse(kept) : undefined),
      setState(value) { kept = JSON.stringify(value); sessionStorage.setItem('kept', kept); },
    });
  </script>`;
  return html
    .replace('<link ', `<link rel="stylesheet" href="/theme.css?name=${encodeURIComponent(theme)}">\n<link `)
    .replace('<body>', () => `<body class="${themeOf(theme).bodyClass}">\n${script}`);
}

function translationsOf(json: string | null): Record<string, string> | undefined {
  return json === null ? undefined : (JSON.parse(json) as Record<string, string>);
}
