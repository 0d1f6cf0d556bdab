import type { Route } from '../route.ts';
import { DeliveriesQuery, Delivery, DeliveryDetail, DeliveryList } from './deliveries.ts';

const read = ['read', 'manage'] as const;

/** Who runs the desks settles what they did not take. */
const settling = ['owner', 'designer', 'supervisor'] as const;

export const deliveryRoutes = {
  listDeliveries: {
    method: 'GET',
    path: '/deliveries',
    access: read,
    tag: 'Deliveries',
    summary: 'Calls that are owed to desks, stuck, dead or done.',
    query: DeliveriesQuery,
    answer: DeliveryList,
    errors: ['wrong-shape'],
  },
  getDelivery: {
    method: 'GET',
    path: '/deliveries/{delivery_id}',
    access: read,
    tag: 'Deliveries',
    summary: 'One call with its attempts.',
    answer: DeliveryDetail,
    errors: ['delivery-not-found'],
  },
  replayDelivery: {
    method: 'POST',
    path: '/deliveries/{delivery_id}/replay',
    access: ['manage'],
    roles: settling,
    audited: 'each',
    tag: 'Deliveries',
    summary: 'Tries a dead call again, under its old webhook-id and out of order.',
    answer: Delivery,
    errors: ['delivery-not-found', 'delivery-state'],
  },
  skipDelivery: {
    method: 'POST',
    path: '/deliveries/{delivery_id}/skip',
    access: ['manage'],
    roles: settling,
    audited: 'each',
    tag: 'Deliveries',
    summary: 'Gives up an owed or dead call; its lane goes on.',
    answer: Delivery,
    errors: ['delivery-not-found', 'delivery-state', 'start-owed'],
  },
} as const satisfies Record<string, Route>;
