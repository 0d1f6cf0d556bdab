import { userId } from '../contract/users/users.ts';
import { accept } from './http-error.ts';
import type { HttpParts } from './parts.ts';
import type { Handlers } from './serve.ts';

export function userHandlers({ store: { users } }: Pick<HttpParts, 'store'>): Handlers {
  return {
    getUserParameters: async ({ params }) => {
      const id = accept(userId.read(params.user_id));
      return { user_id: id, parameters: await users.parameters(id) };
    },
    forgetUser: async ({ params }) => {
      const id = accept(userId.read(params.user_id));
      return { user_id: id, forgotten: await users.forget(id) };
    },
  };
}
