import fc from 'fast-check';
import { histories, historyRuns } from '../../../simulation/history';
import { expectConverged } from '../../../simulation/convergence';
import { Simulation } from '../../../simulation/simulation';

test('whatever happens to a cluster, it comes to rest at its spec, and never two servers are down by the operator', () => {
  fc.assert(
    fc.property(histories, history => {
      const simulation = new Simulation({ size: 3, version: '2.15.2', auth: { clientsAuthSecret: 'users' } });
      for (const event of history) event.happen(simulation);

      simulation.recover();
      simulation.runUntilStable();
      simulation.changeSpec({
        size: 3,
        version: '2.15.1',
        natsConfig: { maxPayload: 2048 },
        template: {},
        paused: false,
        hibernate: false,
      });
      simulation.runUntilStable();

      expectConverged(simulation);
    }),
    historyRuns(25),
  );
});
