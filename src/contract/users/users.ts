import Type from 'typebox';
import { UserId } from '../conversation.ts';
import { Parameters } from '../insights.ts';
import type { Route } from '../route.ts';
import { shape } from '../shape.ts';

const KeptAnswer = Type.Object({ user_id: UserId, parameters: Parameters });

const ForgottenAnswer = Type.Object({
  user_id: UserId,
  forgotten: Type.Integer({ description: 'How many parameters were kept; 0 when nothing is known of this user.' }),
});

/** A user as a path names them, URL-encoded. */
export const userId = shape(
  Type.Refine(
    UserId,
    (id) => typeof id !== 'string' || !id.includes('\0'),
    () => 'Nothing is kept of a user whose id holds U+0000.',
  ),
);

export const userRoutes = {
  getUserParameters: {
    method: 'GET',
    path: '/users/{user_id}/parameters',
    access: ['read', 'manage'],
    tag: 'Users',
    summary:
      'What is kept of a user that init names, from one session to the next, by name; nothing of a user who is not known.',
    answer: KeptAnswer,
    errors: ['wrong-shape'],
  },
  forgetUser: {
    method: 'DELETE',
    path: '/users/{user_id}/parameters',
    access: ['manage'],
    roles: ['owner'],
    audited: 'each',
    tag: 'Users',
    summary: 'Forgets what is kept of a user. Logs of sessions stay, and a session that runs may set parameters again.',
    answer: ForgottenAnswer,
    errors: ['wrong-shape'],
  },
} as const satisfies Record<string, Route>;
