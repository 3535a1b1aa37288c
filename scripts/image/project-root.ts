import { resolve } from 'node:path';

/** The checkout's folder: where package.json stands. */
export const projectRoot = resolve(__dirname, '../..');
