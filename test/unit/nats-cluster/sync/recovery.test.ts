import fc from 'fast-check';
import { badRollouts, historyRuns } from '../../../simulation/history';
import { Simulation } from '../../../simulation/simulation';

it('has all servers serve under any bad spec when the environment has recovered', () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 3), badRollouts, (size, history) => {
      const simulation = new Simulation({ size, version: '2.15.2', auth: { clientsAuthSecret: 'users' } });
      simulation.runUntilStable();
      for (const event of history) event.happen(simulation);

      simulation.recover();
      simulation.runUntilStable();

      const { node, cluster } = simulation;
      const serving = node.list().filter(pod => node.serves(pod));
      expect(serving).toHaveLength(cluster.spec?.size ?? 0);
      expect(simulation.operate()).toBe(false);
    }),
    historyRuns(100),
  );
});
