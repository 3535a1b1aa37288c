import { pepr } from '../../package.json';

/** The module's name, by which Pepr labels what it deploys. */
export const MODULE = pepr.uuid;

/** What Pepr calls the module's admission Deployment, its Service and both webhook configurations. */
export const ADMISSION = `pepr-${MODULE}`;

/** What Pepr calls the Deployment that watches. */
export const WATCHER = `${ADMISSION}-watcher`;
