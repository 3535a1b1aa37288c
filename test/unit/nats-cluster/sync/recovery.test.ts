import fc from 'fast-check';
import { badRollouts } from '../../../simulation/history';
import { Simulation } from '../../../simulation/simulation';

/** The number of histories; more with the environment variable HISTORIES. */
const numRuns = Number(process.env.HISTORIES ?? 100);

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
    { numRuns },
  );
});
