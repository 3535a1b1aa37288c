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
import { systemUserWarnings } from '../src/nats-cluster/validation/system-user-warnings';
import { updateWarnings } from '../src/nats-cluster/validation/update-warnings';
import { isBuilding } from './runtime-mode';

// Before the first request, which would wait for it otherwise.
if (!isBuilding) compileSchemas();

/** Sets the defaults that the CRD cannot express, and rejects invalid objects. */
export const admission = new Capability({
  name: 'admission',
  description: 'Defaults and validation of NatsCluster and NatsServiceRole',
});

admission
  .When(NatsCluster)
  .IsCreatedOrUpdated()
  .Mutate(function defaultNatsCluster(request) {
    if (request.Raw.metadata?.deletionTimestamp !== undefined) return;
    const defaults = admissionDefaults(request.Raw, previous(request));
    // Merging an empty patch would still turn an invalid spec into an object.
    if (Object.keys(defaults).length > 0) request.Merge({ spec: defaults });
  })
  .Validate(function validateNatsCluster(request) {
    const old = previous(request);
    const decision = admitNatsCluster(request.Raw, old);
    const ofChange = [...systemUserWarnings(request.Raw, old), ...(old ? updateWarnings(request.Raw, old) : [])];
    const warnings = decision.isAllowed ? ofChange : [];
    const tried = triedFieldWarnings(request.Raw, old);
    return answer(request, { ...decision, warnings: [...tried, ...decision.warnings, ...warnings] });
  });

admission
  .When(NatsServiceRole)
  .IsCreatedOrUpdated()
  .Validate(function validateNatsServiceRole(request) {
    return answer(request, admitNatsServiceRole(request.Raw, previous(request)));
  });

type Request = Pick<PeprValidateRequest<NatsCluster>, 'Approve' | 'Deny'>;

function answer(request: Request, decision: AdmissionDecision): ReturnType<Request['Approve']> {
  const { isAllowed, warnings } = decision;
  return isAllowed ? request.Approve(warnings) : request.Deny(decision.message, 422, warnings);
}

/** The object before the request; the API server sends null, not undefined, on creation. */
function previous<T extends NatsCluster | NatsServiceRole>(
  request: PeprValidateRequest<T> | PeprMutateRequest<T>,
): T | undefined {
  return (request.Request.oldObject as T | null | undefined) ?? undefined;
}
