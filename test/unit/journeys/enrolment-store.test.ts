import { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { MemoryTouchStore } from '../../../shared/adapters/memory/touch-store.ts';
import { enrolmentStoreSuite } from '../../support/enrolment-store-suite.ts';

const touches = new MemoryTouchStore(new MemoryCustomerStore());
enrolmentStoreSuite('the store of enrolments in memory', () => ({ touches, enrolments: touches.enrolments }), 50);
