import { describe, expect, it } from 'vitest';
import { keyHolders } from '../../../shared/adapters/crypto/key-holders.ts';
import { hashOfKey } from '../../../shared/adapters/crypto/tokens.ts';
import type { RouteDefinition } from '../../../shared/contracts/http/route.ts';
import { routes } from '../../../shared/contracts/http/routes.ts';
import { type Role, roles } from '../../../shared/domain/access/roles.ts';
import { authenticate, authorize } from '../../../shared/runtime/api-responder.ts';
import type { HttpRequest } from '../../../shared/runtime/http-handler.ts';
import type { Actor, ApiKey } from '../../../shared/usecases/ports.ts';

/** Who may do what, written down once more: a route added or opened by mistake fails here. */
const allowed: Record<keyof typeof routes, string> = {
  listShops: 'admin',
  createShop: 'admin',
  getShop: 'admin',
  changeShop: 'admin',
  removeShop: 'admin',
  findCustomers: 'admin marketer service analyst',
  getCustomer: 'admin marketer service analyst',
  customerTimeline: 'admin marketer service analyst',
  mergeCustomers: 'admin service',
  exportCustomer: 'admin service',
  eraseCustomer: 'admin',
  customerErasure: 'admin',
  changeCustomer: 'admin service',
  tagCustomer: 'admin marketer service',
  grantTier: 'admin service',
  customerPoints: 'admin marketer service analyst',
  changePoints: 'admin service',
  customerCoupons: 'admin marketer service analyst',
  listCases: 'admin marketer service',
  listCaseAlerts: 'admin marketer service analyst',
  openCase: 'admin service',
  getCase: 'admin marketer service',
  changeCase: 'admin service',
  resolveCase: 'admin service',
  listCoupons: 'admin marketer service analyst',
  createCoupon: 'admin marketer',
  getCoupon: 'admin marketer service analyst',
  changeCoupon: 'admin marketer',
  endCoupon: 'admin marketer',
  fillCouponPool: 'admin marketer',
  issueCoupon: 'admin marketer service',
  reportCoupon: 'admin marketer service analyst',
  recordEvents: 'admin marketer service',
  recommendProducts: 'admin marketer service analyst',
  getPredictions: 'admin marketer service analyst',
  proposeStageLimits: 'admin marketer analyst',
  getOrder: 'admin marketer service analyst',
  reportLifecycle: 'admin marketer service analyst',
  reportMigrations: 'admin marketer service analyst',
  reportOnFacts: 'admin marketer service analyst',
  listTemplates: 'admin marketer service analyst',
  createTemplate: 'admin marketer',
  getTemplate: 'admin marketer service analyst',
  changeTemplate: 'admin marketer',
  removeTemplate: 'admin marketer',
  previewNewTemplate: 'admin marketer service',
  previewTemplate: 'admin marketer service',
  testTemplate: 'admin marketer',
  sendMessage: 'admin marketer service',
  listSegments: 'admin marketer service analyst',
  createSegment: 'admin marketer',
  getSegment: 'admin marketer service analyst',
  changeSegment: 'admin marketer',
  removeSegment: 'admin marketer',
  segmentCustomers: 'admin marketer service analyst',
  previewSegment: 'admin marketer service analyst',
  explainSegment: 'admin marketer service analyst',
  explainRule: 'admin marketer service analyst',
  getSettings: 'admin marketer service analyst',
  changeSettings: 'admin',
  previewSettings: 'admin marketer',
  explainContact: 'admin marketer service analyst',
  listJourneys: 'admin marketer service analyst',
  createJourney: 'admin marketer',
  getJourney: 'admin marketer service analyst',
  changeJourney: 'admin marketer',
  removeJourney: 'admin marketer',
  pauseJourney: 'admin marketer',
  resumeJourney: 'admin marketer',
  reportJourney: 'admin marketer service analyst',
  getWebhookSecret: 'admin',
  listProducts: 'admin marketer service analyst',
  saveProduct: 'admin marketer service',
  getProduct: 'admin marketer service analyst',
  removeProduct: 'admin marketer service',
  createImport: 'admin marketer service',
  listImports: 'admin marketer service',
  getImport: 'admin marketer service',
  linkImportParts: 'admin marketer service',
  startImport: 'admin marketer service',
  createExport: 'admin marketer service analyst',
  exportSegment: 'admin marketer service analyst',
  listExports: 'admin marketer service analyst',
  getExport: 'admin marketer service analyst',
  listKeys: 'admin',
  createKey: 'admin',
  removeKey: 'admin',
  listAudit: 'admin',
  listParked: 'admin service',
  getParked: 'admin service',
  replayParked: 'admin',
  getRun: 'admin marketer service analyst',
  listSubscriptions: 'admin marketer service analyst',
  createSubscription: 'admin',
  getSubscription: 'admin',
  changeSubscription: 'admin',
  removeSubscription: 'admin',
  pingSubscription: 'admin',
  listDeliveries: 'admin marketer service analyst',
  tellAgain: 'admin',
  showCalendar: 'admin marketer service analyst',
  startRehearsal: 'admin marketer',
  getRehearsal: 'admin marketer service analyst',
  listCampaigns: 'admin marketer service analyst',
  createCampaign: 'admin marketer',
  getCampaign: 'admin marketer service analyst',
  changeCampaign: 'admin marketer',
  removeCampaign: 'admin marketer',
  reviewCampaign: 'admin marketer',
  getCampaignReview: 'admin marketer service analyst',
  launchCampaign: 'admin marketer',
  pauseCampaign: 'admin marketer',
  resumeCampaign: 'admin marketer',
  cancelCampaign: 'admin marketer',
  reportCampaign: 'admin marketer service analyst',
  health: 'anyone',
  openapi: 'anyone',
  docs: 'anyone',
  docsFile: 'anyone',
};

const actorOf = (role: Role): Actor => ({ keyId: 'k', name: 'k', role, requestId: 'r' });

describe('each route for each role', () => {
  const cases = Object.entries(routes).flatMap(([id, route]) =>
    roles.map((role) => [id as keyof typeof routes, route as RouteDefinition, role] as const),
  );
  it.each(cases)('%s', (id, route, role) => {
    const may = allowed[id] === 'anyone' || allowed[id].split(' ').includes(role);
    const attempt = () => authorize(route, actorOf(role));
    if (may) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(`this key has the role ${role}`);
  });
});

describe('keys', () => {
  const known: ApiKey = { keyId: 'k1', name: 'console', role: 'analyst', createdAt: 0 };
  const adminKeyHash = hashOfKey('hk_first');
  const access = keyHolders({
    adminKeyHash,
    keys: { findKey: async (hash: string) => (hash === hashOfKey('hk_console') ? known : undefined) },
  });
  const request = (headers: Record<string, string>) => ({ id: 'r1', headers }) as unknown as HttpRequest;

  it('come as a bearer token or in x-api-key', async () => {
    const first = { keyId: 'first', name: 'first', role: 'admin', requestId: 'r1' };
    expect(await authenticate(request({ authorization: 'Bearer hk_first' }), access)).toEqual(first);
    expect(await authenticate(request({ authorization: 'bearer hk_first ' }), access)).toEqual(first);
    expect(await authenticate(request({ 'x-api-key': 'hk_first' }), access)).toEqual(first);
    expect(await authenticate(request({ 'x-api-key': 'hk_console' }), access)).toMatchObject({ role: 'analyst' });
  });

  it.each([
    {},
    { authorization: 'Basic aGs6' },
    { authorization: 'Bearer' },
    { 'x-api-key': ' ' },
    { 'x-api-key': 'hk_x' },
  ])('that are none get 401: %o', async (headers) => {
    await expect(authenticate(request(headers as Record<string, string>), access)).rejects.toMatchObject({
      status: 401,
    });
  });

  it('are not taken by their hash', async () => {
    await expect(authenticate(request({ 'x-api-key': adminKeyHash }), access)).rejects.toMatchObject({
      status: 401,
    });
  });
});
