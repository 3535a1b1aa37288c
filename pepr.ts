import { PeprModule } from 'pepr';
import { admission } from './capabilities/admission';
import { natsCluster } from './capabilities/nats-cluster';
import cfg from './package.json';

new PeprModule(cfg, [admission, natsCluster]);
