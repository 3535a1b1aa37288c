import { expectConverged } from '../../../simulation/convergence';
import { Simulation } from '../../../simulation/simulation';

const minutes = (count: number): number => count * 60_000;

it.each([minutes(10), minutes(-10)])('rolls a good template out with a clock that is %s ms ahead', skew => {
  const simulation = new Simulation({ size: 3, version: '2.15.2' });
  simulation.operatorClockSkew = skew;
  simulation.runUntilStable();
  simulation.changeSpec({ version: '2.14.9' });
  for (let round = 0; round < 40; round += 1) {
    simulation.round();
    expect(simulation.cluster.status?.reason).not.toContain('last good configuration');
  }
  expectConverged(simulation);
});

it('rolls a good template out while its clock is put right', () => {
  const simulation = new Simulation({ size: 3, version: '2.15.2' });
  simulation.runUntilStable();
  simulation.changeSpec({ version: '2.14.9' });
  for (let round = 0; round < 40; round += 1) {
    simulation.operatorClockSkew = minutes(round % 2 === 0 ? 60 : -60);
    simulation.round();
    expect(simulation.cluster.status?.reason).not.toContain('last good configuration');
  }
  expectConverged(simulation);
});
