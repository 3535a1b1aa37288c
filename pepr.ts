import { PeprModule } from 'pepr';
import { admission } from './capabilities/admission';
import cfg from './package.json';

new PeprModule(cfg, [admission]);
