import { PeprModule } from 'pepr';
import { admission } from '../../../capabilities/admission';
import cfg from '../../../package.json';

// The module's admission alone, on a port of its own: pepr.ts takes 3000, where others may listen on this machine.
new PeprModule(cfg, [admission], { deferStart: true }).start(Number(process.env.PORT));
