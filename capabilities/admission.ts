import { Capability, type PeprMutateRequest, type PeprValidateRequest } from 'pepr';
import { NatsCluster, NatsServiceRole } from '../generated/kinds';
import { admissionDefaults } from '../src/nats-cluster/validation/admission-defaults';
import { compileSchemas } from '../src/schema/validate-schema';
import {
  admitNatsCluster,
  admitNatsServiceRole,
  type AdmissionDecision,
} from '../src/nats-cluster/validation/admission-decision';
import { triedFieldWarnings } from '../src/nats-cluster/validation/tried-fields';
import { updateWarnings } from '../src/nats-cluster/validation/update-warnings';
import { isBuilding } from './runtime-mode';

// Before the first request comes, which would wait for it.
if (!isBuilding) compileSchemas();

/** Fills in the defaults that the CRD can't, and refuses what can't be carried out. */
export const admission = new Capability({
  name: 'admission',
  description: 'Defaults and validation of NatsCluster and NatsServiceRole',
});

admission
  .When(NatsCluster)
  .IsCreatedOrUpdated()
  .Mutate(function defaultNatsCluster(request) {
    if (request.Raw.metadata?.deletionTimestamp !== undefined) return;
    const defaults = admissionDefaults(request.Raw, former(request));
    // A merge with nothing would still make an object of a spec that is none.
    if (Object.keys(defaults).length > 0) request.Merge({ spec: defaults });
  })
  .Validate(function validateNatsCluster(request) {
    const old = former(request);
    const verdict = admitNatsCluster(request.Raw, old);
    const warnings = verdict.isAllowed && old !== undefined ? updateWarnings(request.Raw, old) : [];
    const tried = triedFieldWarnings(request.Raw, old);
    return answer(request, { ...verdict, warnings: [...tried, ...verdict.warnings, ...warnings] });
  });

admission
  .When(NatsServiceRole)
  .IsCreatedOrUpdated()
  .Validate(function validateNatsServiceRole(request) {
    return answer(request, admitNatsServiceRole(request.Raw, former(request)));
  });

type Request = Pick<PeprValidateRequest<NatsCluster>, 'Approve' | 'Deny'>;

function answer(request: Request, verdict: AdmissionDecision): ReturnType<Request['Approve']> {
  const { isAllowed, warnings } = verdict;
  return isAllowed ? request.Approve(warnings) : request.Deny(verdict.message, 422, warnings);
}

/** What the object was; the API server says null, not nothing, where it is being created. */
function former<T extends NatsCluster | NatsServiceRole>(
  request: PeprValidateRequest<T> | PeprMutateRequest<T>,
): T | undefined {
  return (request.Request.oldObject as T | null | undefined) ?? undefined;
}
