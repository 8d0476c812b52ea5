import * as z from 'zod';
import { productAlertSchema } from '../../../domain/cases/product-alerts.ts';
import type { AlertStore, NightlyAlerts } from '../../../usecases/cases/look-at-cases.ts';
import { newestItem } from './newest-item.ts';
import type { WorkspaceTable } from './workspace-table.ts';

const alertsSchema = z.object({ asOf: z.int(), alerts: z.array(productAlertSchema) });

/** The products that alerted last night, one item. */
export function dynamoCaseAlerts(table: WorkspaceTable): AlertStore {
  return newestItem<NightlyAlerts>(table, 'nightly', 'case-alerts', alertsSchema);
}
