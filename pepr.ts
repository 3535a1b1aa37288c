import { PeprModule } from 'pepr';
import { admission } from './capabilities/admission';
import { namedSecrets } from './capabilities/named-secrets';
import { natsCluster } from './capabilities/nats-cluster';
import { natsServiceRole } from './capabilities/nats-service-role';
import cfg from './package.json';

new PeprModule(cfg, [admission, natsCluster, natsServiceRole, namedSecrets]);
