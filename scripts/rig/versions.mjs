/** The programs of the test rig. DOM selectors depend on the workbench's version: change it together with them. */
export const nodeVersion = '24.21.0';
export const codeServerVersion = '4.139.1';
/** The Python package that holds llama.cpp's server, for the tests of the remote engine. */
export const xllamacppVersion = '2026.10.11549';
