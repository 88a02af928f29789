/** The page that holds the panel, made by the host; the tests load the same one. */

export interface PanelPage {
  /** Where scripts and styles may come from: `webview.cspSource`. */
  cspSource: string;
  /** A fresh random text for each page; the only thing that lets a script run. */
  nonce: string;
  /** Addresses of `panel.js`, `panel.css` and `codicon.css`. */
  script: string;
  style: string;
  icons: string;
  /** A BCP 47 tag such as `en`. */
  language: string;
  /** `vscode.l10n.bundle`: translations by English text; undefined for English. */
  translations?: Readonly<Record<string, string>> | undefined;
}

/** The page as HTML. No inline script or style; nothing is fetched from outside. */
export function panelPage(page: PanelPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${page.nonce}'`,
    `style-src ${page.cspSource}`,
    `font-src ${page.cspSource}`,
    `img-src ${page.cspSource}`,
  ].join('; ');
  const attribute = escapeAttribute;
  return `<!doctype html>
<html lang="${attribute(page.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Thimble</title>
<link rel="stylesheet" href="${attribute(page.icons)}">
<link rel="stylesheet" href="${attribute(page.style)}">
</head>
<body>
<div id="root" data-l10n="${attribute(JSON.stringify(page.translations ?? {}))}"></div>
<script nonce="${attribute(page.nonce)}" src="${attribute(page.script)}"></script>
</body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
