export const floors: string[][];
export const islands: Record<string, string[]>;
export const vscodeImporters: string[];
export const pure: string[];
export const networkFiles: string[];
export function allowedImports(): Map<string, string[]>;
