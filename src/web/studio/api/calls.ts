import type { Operation, routes } from '../../../contract/routes.ts';

/** The calls that the studio makes; the compiler holds them against the contract. */
export const calls = {
  listAgents: 'GET /agents',
  getAgent: 'GET /agents/{agent_id}',
  deleteAgent: 'DELETE /agents/{agent_id}',
  listSecrets: 'GET /agents/{agent_id}/secrets',
  rotateSecret: 'POST /agents/{agent_id}/secrets',
  listVersions: 'GET /agents/{agent_id}/versions',
  getVersion: 'GET /agents/{agent_id}/versions/{version}',
  restoreVersion: 'POST /agents/{agent_id}/versions/{version}/restore',
  getDraft: 'GET /agents/{agent_id}/draft',
  saveDraft: 'PUT /agents/{agent_id}/draft',
  discardDraft: 'DELETE /agents/{agent_id}/draft',
  publishDraft: 'POST /agents/{agent_id}/draft/publish',
  openTrial: 'POST /agents/{agent_id}/draft/sessions',
  importAgent: 'POST /agents/{agent_id}/import',
  tryAgent: 'POST /agents/{agent_id}/try',
  listTemplates: 'GET /templates',
  getTemplate: 'GET /templates/{name}',
  listKeys: 'GET /keys',
  makeKey: 'POST /keys',
  rotateKey: 'POST /keys/{key_id}/rotate',
  revokeKey: 'DELETE /keys/{key_id}',
  describeServer: 'GET /server',
  listAudit: 'GET /audit',
  listEvents: 'GET /sessions/{session_id}/events',
  listInsights: 'GET /insights/sessions',
  getInsight: 'GET /insights/sessions/{session_id}',
  listEndpoints: 'GET /endpoints',
  listDeliveries: 'GET /deliveries',
  getDelivery: 'GET /deliveries/{delivery_id}',
  replayDelivery: 'POST /deliveries/{delivery_id}/replay',
  skipDelivery: 'POST /deliveries/{delivery_id}/skip',
  outbound: 'POST /live-agent/outbound/{session_id}',
  disconnect: 'POST /live-agent/disconnect/{session_id}',
  typing: 'POST /live-agent/typing/{session_id}',
  testEndpoint: 'POST /agents/{agent_id}/endpoints/test',
} as const satisfies Partial<{
  [Name in Operation]: `${(typeof routes)[Name]['method']} ${(typeof routes)[Name]['path']}`;
}>;

export type Call = keyof typeof calls;
