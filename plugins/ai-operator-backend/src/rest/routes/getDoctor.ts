import {
  aiOperatorDoctorPermission,
  doctorReportSchema,
} from '@ai-operator/backstage-plugin-ai-operator-common';
import { noParameters } from '../parameters';
import { defineRoute } from '../route';

export const getDoctorRoute = defineRoute({
  path: '/v1/doctor',
  operationId: 'getDoctor',
  summary:
    'Whether everything the operator needs is there, and what to mend; at most 15 s old',
  params: noParameters,
  query: noParameters,
  permission: aiOperatorDoctorPermission,
  answer: doctorReportSchema,
  async answerWith(_input, _caller, { clock, doctor }) {
    const findings = await doctor();
    return { now: clock.now(), findings };
  },
});
