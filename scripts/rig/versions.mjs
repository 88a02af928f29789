/** The programs of the test rig. DOM selectors depend on the workbench's version: change it together with them. */
export const nodeVersion = '24.21.0';
export const codeServerVersion = '4.139.1';
